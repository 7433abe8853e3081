// Morgonbordet: who is sick, who is away, what is new; three ways to mend the day side by side,
// each with whom to telephone; one is taken, and the plan approved.
import { act, at, get, guarded, on, post, toast } from "./api.js";
import { said } from "./speech.js";
import { button, dayFrom, dayText, field, heading, hasNames, nameOf, phoneOf, select, tile } from "./ui.js";
import { openPlanning } from "./planning.js";

const { el, clock } = Hemrunda;
const news = { day: "", since: "", sick: new Set(), away: new Set(), home: new Set(), late: [], extra: [], vacant: [], visits: [], keys: [], cancelled: [], shortened: [] };
const LISTS = ["late", "extra", "vacant", "keys", "cancelled", "shortened"];
const SETS = ["sick", "away", "home"];
const TASKS = ["morgon", "läkemedel", "förmiddag", "lunch", "eftermiddag", "middag", "kväll", "tillsyn", "dusch", "städ", "tvätt", "inköp", "promenad", "annat"];

/** A box to write in with suggestions, and tags of those picked. */
const picker = (label, list, ids, chosen, describe) => {
  const input = el("input", { class: "st-input", list, placeholder: "Skriv eller välj", autocomplete: "off" });
  const tags = el("div", { class: "st-pick" });
  const known = new Map(ids.flatMap((id) => [[id.toLowerCase(), id], [nameOf(id).toLowerCase(), id]]));
  const draw = () => tags.replaceChildren(...[...chosen].map((id) => el("span", { class: "st-tag" }, nameOf(id),
    el("button", { type: "button", class: "st-x", "aria-label": `Ta bort ${nameOf(id)}`, text: "×", on: { click: () => { chosen.delete(id); draw(); input.focus(); } } }))));
  const add = () => {
    const id = known.get(input.value.trim().split(" (")[0].toLowerCase());
    if (!id) return;
    chosen.add(id);
    input.value = "";
    draw();
  };
  input.addEventListener("change", add);
  input.addEventListener("input", (event) => { if (event.inputType === undefined || event.inputType === "insertReplacementText") add(); });
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); add(); } });
  draw();
  return el("fieldset", {}, el("legend", { text: label }), el("label", {}, el("span", { class: "st-sr", text: label }), input),
    el("datalist", { id: list }, ...ids.map((id) => el("option", { value: hasNames() ? nameOf(id) : id, text: describe(id) }))), tags);
};

/** Lines that the server's own notation is made of, with what has been added. */
const added = (label, rows, make, show) => {
  const list = el("ul", { class: "st-plain" });
  const draw = () => list.replaceChildren(...rows.map((one, i) => el("li", {}, show(one),
    el("button", { type: "button", class: "st-x", "aria-label": "Ta bort", text: "×", on: { click: () => { rows.splice(i, 1); draw(); } } }))));
  draw();
  return el("details", {}, el("summary", { text: label }), make((one) => { rows.push(one); draw(); }), list);
};

const time = (label, value) => el("input", { type: "time", class: "st-input", value, "aria-label": label });

const callLine = (one) => {
  const when = one.start_after === null ? "" : clock(one.start_after);
  const was = one.start_before === null ? "" : clock(one.start_before);
  const who = one.client_id ? nameOf(one.client_id) : "Skyddad";
  const text = {
    carer: `${nameOf(one.after)} kommer ${when} i stället för ${nameOf(one.before)} ${was}`,
    time: `${nameOf(one.after)} kommer ${when} i stället för ${was}`,
    day: `flyttas till ${dayText(one.date)} ${when}, ${nameOf(one.after)}`,
    dropped: `ingen kan komma (var ${nameOf(one.before)} ${was})`,
    found: `${nameOf(one.after)} kan komma ${when}`,
    new: `nytt besök ${when}, ${nameOf(one.after)}`,
    new_unplanned: "nytt besök utan personal",
    gone: `besöket ${was} utgår`,
  }[one.kind];
  const phone = one.client_id ? phoneOf(one.client_id) : "";
  return el("li", {}, el("span", {}, el("strong", { text: who }), phone ? ` ${phone}` : "", " ",
    one.is_stranger ? el("span", { class: "st-badge", text: "nytt ansikte" }) : null), el("small", { text }));
};

/** What a visit that is called off is called on the desk; the server is told its id alone. */
const offText = new Map();

/** Puts a visit that is called off among the news, and asks for repairs at once. */
export const callOff = (day, stop) => guarded(async () => {
  if (news.day !== day) for (const name of [...LISTS, "visits"]) news[name].length = 0;
  news.day = day;
  offText.set(stop.visit, `${nameOf(stop.client)} ${clock(stop.start)}`);
  if (!news.cancelled.includes(stop.visit)) news.cancelled.push(stop.visit);
  at.result = null;
  await post("/api/repair", { news: { days: [day], cancelled: [stop.visit] } });
  location.hash = "#/morgon";
});

/** The visits of a client that day, to choose one of. */
const visitsOf = async (day, client) => {
  const block = await get(`/api/rounds?${new URLSearchParams({ day })}`);
  const found = Hemrunda.roundStateOf(block).rounds.flatMap((round) => round.stops)
    .filter((stop) => stop.kind === "visit" && stop.client === client);
  return [...new Map(found.map((stop) => [stop.visit, stop])).values()].sort((a, b) => a.start - b.start);
};

/** A button that waits for the independent checker. */
const usable = (made, isProved) => {
  made.disabled = !isProved;
  return made;
};

const repairCard = (one, result) => {
  if (one.refused) {
    return el("section", { class: "st-repair" }, el("h2", { text: one.title }), el("p", { class: "hr-warn", text: one.refused }));
  }
  return el("section", { class: "st-repair", "aria-label": one.title },
    el("h2", { text: one.title }),
    el("div", { class: "st-tiles" },
      tile("Att ringa", String(one.n_clients_to_call)),
      tile("Nya ansikten", String(one.n_strangers), { tone: one.n_strangers ? "" : "is-good" }),
      tile("Utan personal", String(one.n_unplanned), { tone: one.n_unplanned ? "is-warn" : "is-good" }),
      tile("Längre arbetstid", `${Hemrunda.number(one.longer.reduce((sum, row) => sum + row.more_min, 0))} min`, { tone: one.longer.length ? "" : "is-good" }),
      tile("Väg", `${one.travel_min > 0 ? "+" : ""}${Hemrunda.number(one.travel_min)} min`)),
    el("div", { class: "st-row" },
      usable(button("Använd", () => take(one, result), { kind: "is-main" }), result.is_proved),
      result.is_proved ? null : el("span", { class: "st-note", text: "granskas …" }),
      button("Skriv ut ringlistan", () => printCalls(one), { kind: "is-quiet", icon: "out" })),
    one.calls.length ? null : el("p", { class: "is-good", text: "Ingen behöver ringas." }),
    el("ul", { class: "st-calls", tabindex: "0", "aria-label": "Ringlista" }, ...one.calls.map(callLine)),
    one.longer.length ? el("details", {}, el("summary", { text: `Arbetar längre (${one.longer.length})` }),
      el("ul", { class: "st-plain is-one" }, ...one.longer.map((row) => el("li", { text: `${nameOf(row.staff_id)}: ${row.more_min} min mer, tillbaka ${clock(row.end)}` })))) : null,
    one.n_small ? el("p", { class: "st-note", text: `${one.n_small} tider flyttas mindre än 5 min.` }) : null);
};

const take = async (one, result) => {
  const done = await act("adopt", { base: one.base, what: "repair", news: result.news });
  if (!done) return;
  for (const name of SETS) news[name].clear();
  for (const name of [...LISTS, "visits"]) news[name].length = 0;
  at.result = null;
  toast("Dagen är lagad. Godkänn planen för att lämna ut den.", { press: "Godkänn", run: () => act("approve"), seconds: 20 });
  location.hash = "#/rundor";
};

/** The call list alone on paper. */
const printCalls = (one) => {
  const sheet = el("section", { class: "st-print" }, el("h1", { text: `Ringlista, ${one.title.toLowerCase()}` }), el("ul", { class: "st-calls" }, ...one.calls.map(callLine)));
  document.body.append(sheet);
  document.body.classList.add("is-printing");
  window.print();
  document.body.classList.remove("is-printing");
  sheet.remove();
};

export const show = async (root) => {
  if (!at.has_rounds) {
    root.append(el("div", { class: "st-waiting" }, el("h1", { text: "Inga rundor än" }), el("p", { class: "st-big-note", text: "Morgonbordet lagar en plan som finns." }),
      el("div", { class: "st-row" }, button("Planera rundor", openPlanning, { kind: "is-main", icon: "play" }))));
    return null;
  }
  const [people, teams] = await Promise.all([get("/api/people"), get("/api/teams")]);
  if (!at.dates.includes(news.day)) news.day = dayFrom(at.dates);
  const roleOf = new Map(people.map((one) => [one.id, `${one.team || "resursgrupp"}, ${one.group === "evening" ? "kväll" : "dag"}`]));
  const teamOf = Hemrunda.decode(teams.clients.team).flatMap((n, i) => new Array(n).fill(teams.teams[i].id));
  const clients = teams.clients.id;

  const found = el("div", { class: "st-desk-found", "aria-live": "polite" });
  const ask = button("Visa lagningar", () => guarded(async () => {
    const sent = { days: [news.day], since: news.since, new_visits: news.visits };
    for (const name of [...SETS, ...LISTS]) sent[name] = [...news[name]];
    if (![...SETS, ...LISTS, "new_visits"].some((name) => sent[name].length)) {
      toast("Skriv först vad som har hänt.");
      return;
    }
    at.result = null;
    await post("/api/repair", { news: sent });
  }), { kind: "is-main", icon: "play" });

  const extraForm = (add) => {
    const who = el("input", { class: "st-input", list: "st-staff-ids", "aria-label": "Vem som ringts in", placeholder: "Vem" });
    const [from, to] = [time("Från", "07:00"), time("Till", "15:00")];
    return el("div", {}, who, el("div", { class: "st-two" }, from, to),
      button("Lägg till passet", () => { if (who.value) add(`${who.value.trim()},${from.value}-${to.value}`); who.value = ""; }));
  };
  const lateForm = (add) => {
    const who = el("input", { class: "st-input", list: "st-staff-ids", "aria-label": "Vem som är sen", placeholder: "Vem" });
    const from = time("Kommer klockan", "09:00");
    return el("div", {}, el("div", { class: "st-two" }, who, from),
      button("Lägg till", () => { if (who.value) add(`${who.value.trim()},${from.value}`); who.value = ""; }));
  };
  const vacantForm = (add) => {
    const team = select(at.teams.map((one) => [one, `Lag ${one}`]), at.teams[0], () => {});
    team.setAttribute("aria-label", said("Lag"));
    const [from, to] = [time("Från", "07:00"), time("Till", "15:00")];
    return el("div", {}, team, el("div", { class: "st-two" }, from, to),
      button("Lägg till passet", () => add(`${team.value},${from.value}-${to.value}`)));
  };
  const keyForm = (add) => {
    const who = el("input", { class: "st-input", list: "st-client-ids", "aria-label": "Brukare", placeholder: "Brukare (id)" });
    const has = select([["ja", "nyckel hämtas"], ["nej", "ingen nyckel"]], "ja", () => {});
    has.setAttribute("aria-label", said("Nyckel"));
    return el("div", {}, el("div", { class: "st-two" }, who, has),
      button("Lägg till", () => { if (who.value) add(`${who.value.trim()},${has.value}`); who.value = ""; }));
  };
  const visitForm = (add) => {
    const who = el("input", { class: "st-input", list: "st-client-ids", "aria-label": "Brukare", placeholder: "Brukare (id)" });
    const task = select(TASKS.map((one) => [one, one]), "lunch", () => {});
    task.setAttribute("aria-label", said("Insats"));
    const long = el("input", { type: "number", min: "5", max: "240", value: "30", class: "st-input", "aria-label": "Minuter" });
    const [from, to] = [time("Tidigast", "11:00"), time("Senast", "13:00")];
    return el("div", {}, who, el("div", { class: "st-two" }, task, long), el("div", { class: "st-two" }, from, to),
      button("Lägg till besöket", () => { if (who.value) add(`${who.value.trim()},${task.value},${long.value},${from.value}-${to.value}`); who.value = ""; }));
  };

  // A visit of the day, chosen by its client: to call it off, or to make it shorter.
  const visitChooser = () => {
    const who = el("input", { class: "st-input", list: "st-client-ids", "aria-label": "Brukare", placeholder: "Brukare (id)" });
    const which = select([["", "Välj besök"]], "", () => {});
    which.setAttribute("aria-label", said("Besök"));
    who.addEventListener("change", () => guarded(async () => {
      const found = await visitsOf(news.day, who.value.trim());
      for (const stop of found) offText.set(stop.visit, `${nameOf(stop.client)} ${clock(stop.start)}`);
      which.replaceChildren(...(found.length ? found : [null]).map((stop) => el("option", stop
        ? { value: stop.visit, text: `${clock(stop.start)} ${Hemrunda.word("task", stop.task).toLowerCase()}` }
        : { value: "", text: "Inga besök den dagen" })));
    }));
    return { who, which };
  };

  const offForm = (add) => {
    const { who, which } = visitChooser();
    return el("div", {}, el("div", { class: "st-two" }, who, which),
      button("Avboka besöket", () => {
        if (which.value && !news.cancelled.includes(which.value)) add(which.value);
        who.value = "";
      }));
  };

  const shortForm = (add) => {
    const { who, which } = visitChooser();
    const long = el("input", { type: "number", min: "5", max: "240", value: "15", class: "st-input", "aria-label": "Minuter" });
    return el("div", {}, el("div", { class: "st-two" }, who, which), long,
      button("Korta besöket", () => {
        if (which.value) add(`${which.value},${long.value}`);
        who.value = "";
      }));
  };

  const since = time("Klockan är", news.since);
  since.addEventListener("change", () => { news.since = since.value; });
  const form = el("section", { class: "st-desk-news", "aria-label": "Vad som har hänt" },
    el("h1", { text: "Morgonbordet" }), el("p", { class: "st-note", text: "Skriv vad som har hänt. Det som är gjort och det som är låst ligger kvar." }),
    el("div", { class: "st-two" },
      field("Dag", select(at.dates.map((day) => [day, dayText(day)]), news.day, (value) => { news.day = value; })),
      field("Klockan är", since)),
    el("p", { class: "st-note", text: "Besök som har börjat då ligger kvar. Tomt: hela dagen får ändras." }),
    picker("Sjuk", "st-staff-ids", people.map((one) => one.id), news.sick, (id) => roleOf.get(id)),
    picker("Borta eller på sjukhus", "st-client-ids", clients, news.away, (id) => `lag ${teamOf[clients.indexOf(id)]}`),
    picker("Hemma igen från sjukhus", "st-home-ids", clients, news.home, (id) => `lag ${teamOf[clients.indexOf(id)]}`),
    added("Sen", news.late, lateForm, (one) => one.replace(",", " kommer ")),
    added("Inringt pass", news.extra, extraForm, (one) => one.replace(",", " ")),
    added("Vakant pass", news.vacant, vacantForm, (one) => `lag ${one.replace(",", " ")}`),
    added("Ny nyckel", news.keys, keyForm, (one) => one.replace(",ja", ": nyckel").replace(",nej", ": ingen nyckel")),
    added("Avbokat besök", news.cancelled, offForm, (one) => offText.get(one) || one),
    added("Kortare besök", news.shortened, shortForm, (one) => `${offText.get(one.split(",")[0]) || one.split(",")[0]}: ${one.split(",")[1]} min`),
    added("Nytt eller extra besök", news.visits, visitForm, (one) => one),
    ask);

  const draw = () => {
    const { job, result } = at;
    ask.disabled = Boolean(job);
    if (job && job.kind === "repair") {
      found.replaceChildren(el("h1", { text: "Lagar dagen" }), el("progress", { class: "st-bar", max: "1", value: String(job.done), "aria-label": "Hur långt det har gått" }), el("p", { class: "st-note", text: job.text }));
    } else if (result && result.kind === "failed") {
      found.replaceChildren(el("h1", { text: "Det gick inte" }), el("p", { class: "hr-warn", text: result.text }));
    } else if (result && result.of === "repair") {
      found.replaceChildren(heading("Tre sätt att laga dagen", result.notes.join("; ") || "Runt det som är draget för hand."),
        result.seconds ? el("p", { class: "st-note", text: `Räknat på ${Hemrunda.number(result.seconds, 1)} s.` }) : "",
        el("div", { class: "st-repairs" }, ...result.repairs.map((one) => repairCard(one, result))));
    } else {
      found.replaceChildren(heading("Vad har hänt i morse?", "Till vänster skrivs vem som är sjuk, borta eller ny. Här kommer tre sätt att laga dagen, med vem som ska ringas och vem som får ett nytt ansikte."));
    }
  };
  draw();
  root.append(el("div", { class: "st-desk" }, form, found));
  const ends = [on("job", draw), on("result", draw)];
  return () => ends.forEach((end) => end());
};
