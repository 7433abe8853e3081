// Asking the server, and hearing from it. The server is on this machine; nothing else is asked.
const { el } = Hemrunda;

/** Where everything stands, as the server told it last. */
export const at = { phase: "start", rev: 0, teams: [], dates: [] };

const listeners = new Map();

/** Calls run(event) for each event of a kind; gives a function that ends it. */
export const on = (kind, run) => {
  if (!listeners.has(kind)) listeners.set(kind, new Set());
  listeners.get(kind).add(run);
  return () => listeners.get(kind).delete(run);
};

export const emit = (kind, event = {}) => {
  for (const run of [...(listeners.get(kind) || [])]) run(event);
};

export class Refused extends Error {
  constructor(text, status) {
    super(text);
    this.status = status;
  }
}

const answered = async (response) => {
  const found = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(found.error || "Studion svarar inte. Är den avslutad?", response.status);
  return found;
};

const lost = () => { throw new Refused("Studion svarar inte. Är den avslutad?", 0); };

export const get = async (path) => answered(await fetch(path).catch(lost));

export const post = async (path, body = {}) => answered(await fetch(path, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
}).catch(lost));

export const send = async (path, file) => answered(await fetch(path, { method: "POST", body: file }).catch(lost));

/** Fetches where everything stands, and tells the views. Answers may overtake each other: one that
    was asked for before what is told already is older, and would put the page back for good. */
export const refresh = async () => {
  nAsked += 1;
  const mine = nAsked;
  const found = await get("/api/state");
  if (mine < nTold) return at;
  nTold = mine;
  return told(found);
};
let nAsked = 0;
let nTold = 0;

const told = (found) => {
  for (const name of Object.keys(at)) delete at[name];
  Object.assign(at, { rev: 0, teams: [], dates: [] }, found);
  emit("state", at);
  return at;
};

/** Who sits here; typed once, kept by this browser. */
export const who = () => localStorage.getItem("hemrunda-who") || "";
export const setWho = (name) => localStorage.setItem("hemrunda-who", name);

/** Which tab this is, so that it knows its own acts when it hears of them. */
const tab = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;

/** An act: written down before it comes back. Null where it was refused; the planner is told why.
    One at a time: a second one in a hurry stands on the first, and is no conflict with it. */
export const act = (kind, args = {}) => {
  last = last.then(() => acted(kind, args));
  return last;
};
let last = Promise.resolve();

const acted = async (kind, args) => {
  nAsked += 1;
  const mine = nAsked;
  try {
    const found = await post("/api/act", { rev: at.rev, who: who(), tab, kind, args });
    nTold = Math.max(nTold, mine);
    told(found.state);
    // What is told of the act before offers to undo that: now it would undo this one.
    document.getElementById("toasts").replaceChildren();
    emit("acted", { kind, args, effect: found.effect });
    return found.effect;
  } catch (error) {
    if (error.status === 409) {
      await refresh();
      emit("elsewhere");
    }
    toast(error.message, { isWrong: true });
    return null;
  }
};

/** Runs what may be refused, and tells the planner when it is. */
export const guarded = async (run) => {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    toast(error.message, { isWrong: true });
    return null;
  }
};

/** A short message at the foot of the page, with something to press where there is. */
export const toast = (text, { isWrong = false, press, run, seconds = 8 } = {}) => {
  const box = document.getElementById("toasts");
  const made = el("div", { class: `st-toast${isWrong ? " is-wrong" : ""}` }, el("span", { text }));
  const away = () => made.remove();
  if (press) made.append(el("button", { type: "button", class: "st-toast-act", text: press, on: { click: () => { away(); run(); } } }));
  made.append(el("button", { type: "button", class: "st-x", "aria-label": "Stäng meddelandet", text: "×", on: { click: away } }));
  while (box.children.length > 2) box.firstChild.remove();
  box.append(made);
  if (!isWrong) setTimeout(away, 1000 * seconds);
};

/** Hears from the server as long as the page is open. */
export const listen = () => {
  const source = new EventSource("/api/events");
  source.addEventListener("message", async (message) => {
    const event = JSON.parse(message.data);
    if (event.kind === "phase") await refresh();
    if (event.kind === "rev") {
      if (event.tab === tab || event.rev <= at.rev) return;
      await refresh();
      toast(`${event.who || "Någon annan"} har ändrat i planen.`);
      emit("elsewhere");
      return;
    }
    if (event.kind === "job") at.job = event.job;
    if (event.kind === "result") {
      at.job = null;
      at.result = event.result;
    }
    emit(event.kind, event);
  });
};
