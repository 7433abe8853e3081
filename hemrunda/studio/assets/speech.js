// The page's language: Swedish as it is written, English by choice. What the server says is Swedish.
import { ENGLISH } from "./english.js";

const KEY = "hemrunda-language";
const TOLD = ["text", "title", "aria-label", "placeholder", "aria-valuetext"];
export const language = () => (localStorage.getItem(KEY) === "en" ? "en" : "sv");
export const setLanguage = (wanted) => localStorage.setItem(KEY, wanted);

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const patterns = Object.entries(ENGLISH).filter(([key]) => key.includes("{}"))
  .sort((a, b) => b[0].length - a[0].length)
  .map(([key, english]) => [new RegExp(`^${key.split("{}").map(escaped).join("(.+?)")}$`, "s"), english]);

const exact = (text) => (Object.hasOwn(ENGLISH, text) ? ENGLISH[text] : null);

const matched = (text) => {
  for (const [pattern, english] of patterns) {
    const found = text.match(pattern);
    if (!found) continue;
    let i = 0;
    return english.replace(/\{\}/g, () => { i += 1; return exact(found[i]) ?? inLanguage(found[i]); });
  }
  return null;
};

const known = (text) => {
  const bare = text.trim();
  const found = bare ? exact(text) ?? exact(bare) ?? matched(bare) : null;
  return found === null ? null : text.replace(bare, () => found);
};

// Known as a whole, or piece by piece where it is put together.
function inLanguage(text) {
  if (language() !== "en" || !/\p{L}/u.test(text)) return text;
  return known(text) ?? text.split(/(\n| · |; |, |(?<=\.) )/).map((part) => known(part) ?? part).join("");
}

/** A text in the page's language, with one of a thing in the singular. */
export const said = (text) => (typeof text === "string" ? Hemrunda.inNumber(inLanguage(text)) : text);

const plain = Hemrunda.el;
Hemrunda.el = (tag, properties = {}, ...children) => {
  const told = { ...properties };
  for (const name of TOLD) if (typeof told[name] === "string") told[name] = said(told[name]);
  return plain(tag, told, ...children.map(said));
};
