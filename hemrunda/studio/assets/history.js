// Who did what, and when. Everything is in the journal of the folder, line by line.
import { get, on } from "./api.js";
import { dayText, heading, nameOf } from "./ui.js";

const { el, clock } = Hemrunda;

const textOf = ({ kind, args }) => {
  switch (kind) {
    case "move": return `Flyttade ${args.client_ids.map(nameOf).join(", ")} till lag ${args.team_id}`;
    case "lock_client": return `${args.on ? "Låste" : "Låste upp"} ${args.client_ids.map(nameOf).join(", ")}`;
    case "drag": return args.round_id
      ? `Flyttade besök ${args.visit_id} ${dayText(args.date)} till ${nameOf(args.round_id.split("_")[1] || args.round_id)} kl ${clock(args.start_s)}`
      : `Lyfte ut besök ${args.visit_id} ${dayText(args.date)}`;
    case "lock_visit": return `${args.on ? "Låste" : "Låste upp"} besök ${args.visit_id} ${dayText(args.date)}`;
    case "lock_round": return `${args.on ? "Låste" : "Låste upp"} dagen ${dayText(args.date)} för ${nameOf(args.staff_id)}`;
    case "adopt": return args.what === "repair" ? "Tog en lagning av dagen" : args.what === "point" ? "Tog en ny indelning" : "Tog en ny plan";
    case "lock_team": return `${args.on ? "Låste" : "Låste upp"} lag ${args.team_id}`;
    case "contact": return `Gav ${nameOf(args.client_id)} omsorgskontakten ${nameOf(args.staff_id)}`;
    case "lock_contact": return `${args.on ? "Låste" : "Låste upp"} kontakten hos ${nameOf(args.client_id)}`;
    case "request": return args.on ? `Skrev upp att ${nameOf(args.client_id)} önskar annan kontakt` : `Strök att ${nameOf(args.client_id)} önskar annan kontakt`;
    case "name": return `Sparade läget som ”${args.name}”`;
    case "open": return `Öppnade förslaget ”${args.name}”`;
    case "forget": return `Tog bort förslaget ”${args.name}”`;
    case "undo": return "Ångrade";
    case "redo": return "Gjorde om";
    case "approve": return "Godkände planen";
    default: return kind;
  }
};

export const show = async (root) => {
  const box = el("div", { class: "st-page" });
  root.append(box);
  const draw = async () => {
    const acts = await get("/api/history");
    box.replaceChildren(heading("Historik", "Varje ändring är skriven på disken innan den syns. Det som är ångrat är överstruket."),
      acts.length ? el("ol", { class: "st-history" }, ...acts.map((one) => el("li", { class: one.counts ? "" : "is-undone" },
        el("time", { datetime: one.at, text: new Date(one.at).toLocaleString("sv-SE", { dateStyle: "short", timeStyle: "short" }) }),
        el("strong", { text: one.who || "okänd" }), el("span", { text: textOf(one) }))))
        : el("p", { class: "st-note", text: "Inget är gjort än." }));
  };
  await draw();
  return on("state", draw);
};
