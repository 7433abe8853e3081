// Long work: asked for, looked at while it goes on, stopped with the best kept, and taken or left.
import { act, at, get, guarded, on, post, toast } from "./api.js";
import { said } from "./speech.js";
import { fitStops, smallMap } from "./mapview.js";
import { button, dayText, dialog, select, tile } from "./ui.js";

const { el } = Hemrunda;

const EFFORTS = [
  ["Lagom", "tills den är klar: någon minut för en tätort", { }],
  ["Snabb", "en femtedel så länge: se ungefär hur det blir", { quick: true }],
  ["Grundlig", "fem minuter: när planen ska hålla länge", { seconds: 300 }],
];

/** Tiles of the plan under way, from the line that the search tells. */
const measuresOf = (text) => {
  const found = text.match(/(\d+) oplanerade, kontakt (\d+) %, väg (\d+) h/);
  if (!found) return null;
  return [tile("Oplanerade", found[1], { tone: found[1] === "0" ? "is-good" : "is-warn" }),
    tile("Av kontakten", `${found[2]} %`), tile("På vägen", `${found[3]} h`)];
};

let open = null;

export const openPlanning = () => {
  if (open) return;
  if (at.job) {
    showJob();
    return;
  }
  let effort = EFFORTS[0][2];
  const choices = el("div", { class: "st-choices", role: "radiogroup", "aria-label": "Hur länge datorn ska leta" },
    ...EFFORTS.map(([title, note, value], i) => {
      const input = el("input", { type: "radio", name: "effort", value: title });
      input.checked = i === 0;
      input.addEventListener("change", () => { effort = value; });
      return el("label", { class: "st-choice" }, input, el("strong", { text: title }), el("span", { text: note }));
    }));
  const { box, end } = dialog("Planera rundor",
    el("p", { text: at.n_moves
      ? `${at.n_moves} flyttade brukare får kontakt i sitt nya lag. Alla andra lag står kvar.`
      : "Lagen står kvar som de är. Låsta besök ligger kvar." }),
    choices,
    el("div", { class: "st-row" }, el("span", { class: "st-space" }),
      button("Börja", async () => {
        await guarded(async () => {
          await post("/api/plan", effort);
          end();
          showJob();
        });
      }, { kind: "is-main", icon: "play" })));
  open = box;
  box.addEventListener("close", () => { open = null; });
};

/** The best rounds so far of one team and day, drawn as they come; gives what to show and an end. */
const bestSoFar = () => {
  const slot = el("div", { class: "hr-map st-best-map", role: "img", "aria-label": "Det bästa hittills på kartan" });
  const told = el("p", { class: "st-note", text: "Här ritas det bästa hittills, så fort det finns något." });
  const look = { team: at.teams[0] || "", day: at.table_dates[0] || "" };
  const ask = () => guarded(() => post("/api/look", look));
  const of = select(at.teams.map((one) => [one, `Lag ${one}`]), look.team, (value) => { look.team = value; ask(); });
  of.setAttribute("aria-label", said("Lag"));
  const made = el("div", { class: "st-best" }, el("div", { class: "st-row" }, el("h3", { text: "Det bästa hittills" }), el("span", { class: "st-space" }), of), slot, told);
  let map = null;
  let layer = null;
  let isOver = false;
  let shownTeam = "";
  const draw = async ({ block }) => {
    map ||= smallMap(slot, at.folder);
    const drawn = await map;
    if (isOver) return;
    drawn.invalidateSize({ pan: false });
    const state = Hemrunda.roundStateOf(block);
    state.team = "";
    state.part = "";
    state.isShownStop = () => true;
    if (layer) drawn.removeLayer(layer);
    layer = new Hemrunda.RouteLayer(state);
    if (shownTeam !== block.team && state.rounds.length) {
      fitStops(drawn, state);
      shownTeam = block.team;
    }
    layer.addTo(drawn);
    told.textContent = said(state.rounds.length ? `${dayText(block.date)}: ${state.rounds.length} rundor` : "Lagets område är inte räknat än.");
  };
  const away = on("best", draw);
  ask();
  return { made, end: async () => { isOver = true; away(); if (map) (await map).remove(); } };
};

/** The work under way: how far, how good so far, and a way to stop it with the best kept. */
export const showJob = () => {
  const bar = el("progress", { class: "st-bar", max: "1", "aria-label": "Hur långt det har gått" });
  const text = el("p", { class: "st-note" });
  const tiles = el("div", { class: "st-tiles" });
  const stop = button("Stanna och behåll det bästa", () => { stop.disabled = true; post("/api/stop"); });
  const best = at.job?.kind === "plan" ? bestSoFar() : null;
  const { box, end } = dialog("Datorn räknar", bar, text, tiles, best ? best.made : "",
    el("div", { class: "st-row" },
      el("span", { class: "st-note", text: "Sidan kan användas under tiden." }),
      el("span", { class: "st-space" }), stop, button("Göm", () => end(), { kind: "is-quiet" })));
  box.classList.add("is-job");
  open = box;
  const draw = () => {
    if (!at.job) {
      end();
      return;
    }
    bar.value = at.job.done;
    text.textContent = said(at.job.text);
    const found = measuresOf(at.job.text);
    if (found) tiles.replaceChildren(...found);
  };
  const away = on("job", draw);
  const done = on("result", () => end());
  box.addEventListener("close", () => { open = null; away(); done(); best?.end(); });
  draw();
};

const showResult = async (result) => {
  const before = at.has_rounds ? await guarded(() => get("/api/figures")) : null;
  const was = new Map(before ? before.summary : []);
  const rows = result.summary.map(([label, value]) => el("tr", {},
    el("th", { scope: "row", text: label }),
    ...(was.size ? [el("td", { text: was.get(label) || "–" })] : []),
    el("td", { text: value, class: was.size && was.get(label) !== value ? "is-changed" : "" })));
  const table = el("table", { class: "st-table" },
    el("thead", {}, el("tr", {}, el("td"), ...(was.size ? [el("th", { scope: "col", text: "Nu" })] : []), el("th", { scope: "col", text: "Ny plan" }))),
    el("tbody", {}, ...rows));
  const { end } = dialog("Den nya planen", el("div", { class: "st-scroll", tabindex: "0", role: "region", "aria-label": "Planens mått" }, table),
    el("div", { class: "st-row" }, el("span", { class: "st-note", text: "Granskad av den oberoende granskaren när den godkänns." }),
      el("span", { class: "st-space" }),
      button("Lämna den", () => end(), { kind: "is-quiet" }),
      button("Använd planen", async () => {
        if (await act("adopt", { base: result.base, what: "plan" })) {
          end();
          toast("Den nya planen används. Ångra går när som helst.", { press: "Se rundorna", run: () => { location.hash = "#/rundor"; } });
        }
      }, { kind: "is-main" })));
};

/** A line at the head while work goes on, and the result when it comes. */
export const watchJob = () => {
  on("result", ({ result }) => {
    if (result.kind === "failed") toast(result.text, { isWrong: true });
    else if (result.of === "plan") showResult(result);
  });
};
