// Kontakter: what each contact carries, live; a client is dragged to another contact, or given to
// one of the candidates, each with reasons; requests for another contact with day N of 14.
import { act, at, get, guarded, on, toast } from "./api.js";
import { said } from "./speech.js";
import { button, dayText, heading, icon, myTeam, nameOf, select, setMyTeam } from "./ui.js";

const { el, number } = Hemrunda;
const DRAG_FROM = 6;
const seen = { team: null, client: "", find: "" };

const share = (part, whole) => Math.max(0, Math.min(1.3, whole ? part / whole : 1.3));

export const show = async (root) => {
  seen.team = myTeam(at.teams);
  const board = el("div", { class: "st-board" });
  const side = el("section", { class: "st-panel", "aria-label": "Vald brukare" });
  const spoken = el("p", { class: "st-sr", role: "status", "aria-live": "polite" });
  root.append(el("div", { class: "st-split is-board" }, board, side, spoken));
  let block = null;
  let candidates = null;
  let held = null;

  const clientOf = (id) => block.clients.find((one) => one.client_id === id);
  const requestOf = (id) => block.requests.find((one) => one.client_id === id);

  const load = async () => {
    const found = await guarded(() => get("/api/contacts"));
    if (!found) return;
    block = found;
    if (!clientOf(seen.client)) seen.client = "";
    drawBoard();
    drawSide();
    if (seen.client) askCandidates();
  };

  const askCandidates = async () => {
    const id = seen.client;
    candidates = null;
    const found = await guarded(() => get(`/api/candidates?client=${encodeURIComponent(id)}`));
    if (!found || seen.client !== id) return;
    candidates = found.candidates;
    drawSide();
    mark();
  };

  const choose = (id) => {
    seen.client = id;
    drawSide();
    mark();
    if (id) askCandidates();
  };

  const give = async (clientId, staffId) => {
    const effect = await act("contact", { client_id: clientId, staff_id: staffId });
    if (!effect) return;
    const text = `${nameOf(clientId)} har nu ${nameOf(staffId)} som omsorgskontakt.`;
    spoken.textContent = said(text);
    toast(`${text} ${effect.free_min} lediga minuter i veckan kvar.`, { press: "Ångra", run: () => act("undo") });
  };

  /** Which contacts could take the one that is chosen or held. */
  const mark = () => {
    const can = new Map((candidates || []).map((one) => [one.staff_id, one]));
    for (const made of board.querySelectorAll(".st-contact")) {
      const one = can.get(made.dataset.staff);
      const isHome = seen.client && clientOf(seen.client)?.contact_id === made.dataset.staff;
      made.classList.toggle("is-legal", Boolean(one?.can && !isHome));
      made.classList.toggle("is-illegal", Boolean(one && !one.can));
    }
    for (const made of board.querySelectorAll(".st-client")) made.setAttribute("aria-pressed", String(made.dataset.client === seen.client));
  };

  const press = (event, id) => {
    if (event.button !== 0) return;
    const begin = { x: event.clientX, y: event.clientY };
    const follow = (moved) => {
      if (!held) {
        if (Math.hypot(moved.clientX - begin.x, moved.clientY - begin.y) < DRAG_FROM) return;
        held = { id, ghost: el("span", { class: "st-drag", "aria-hidden": "true", text: nameOf(id) }) };
        document.body.append(held.ghost);
        choose(id);
      }
      moved.preventDefault();
      held.ghost.style.left = `${moved.clientX + 10}px`;
      held.ghost.style.top = `${moved.clientY + 8}px`;
      const over = document.elementFromPoint(moved.clientX, moved.clientY)?.closest(".st-contact");
      for (const one of board.querySelectorAll(".is-target")) one.classList.remove("is-target");
      over?.classList.add("is-target");
      held.over = over?.dataset.staff || "";
    };
    const away = () => {
      window.removeEventListener("pointermove", follow);
      window.removeEventListener("pointerup", up);
      window.removeEventListener("pointercancel", away);
      held?.ghost.remove();
      for (const one of board.querySelectorAll(".is-target")) one.classList.remove("is-target");
    };
    const up = () => {
      away();
      const mine = held;
      held = null;
      if (mine?.over && mine.over !== clientOf(id)?.contact_id) give(id, mine.over);
    };
    window.addEventListener("pointermove", follow);
    window.addEventListener("pointerup", up);
    window.addEventListener("pointercancel", away);
  };

  const chip = (one) => {
    const asked = requestOf(one.client_id);
    const isLow = one.ceiling_pct !== null && one.ceiling_pct !== undefined && one.ceiling_pct < block.target_pct;
    const made = el("button", {
      type: "button", class: `st-client${isLow ? " is-low" : ""}`, "aria-pressed": String(seen.client === one.client_id),
      title: isLow ? `Schemat räcker till ${number(one.ceiling_pct)} % av besöken; målet är ${block.target_pct} %` : "",
      on: { click: () => choose(one.client_id), pointerdown: (event) => press(event, one.client_id) },
    }, el("span", { text: nameOf(one.client_id) }), one.is_locked ? icon("lock") : null,
    asked ? el("b", { class: "st-count-day", text: `dag ${asked.n}` }) : null,
    isLow ? el("span", { class: "st-sr", text: "schemat räcker inte till målet" }) : null);
    made.dataset.client = one.client_id;
    return made;
  };

  const contactCard = (one) => {
    const mine = block.clients.filter((client) => client.contact_id === one.staff_id);
    const over = one.minutes > one.capacity || one.n_clients > block.most;
    const told = [one.imbalance, one.peak].filter(Boolean);
    const made = el("section", { class: `st-contact${over ? " is-over" : ""}`, "aria-label": `${nameOf(one.staff_id)}, ${one.n_clients} brukare` },
      el("div", { class: "st-card-head" }, el("h3", { text: nameOf(one.staff_id) }),
        el("span", { class: "st-note", text: `${one.n_clients} av ${block.most} brukare` })),
      el("div", { class: "st-load", role: "img", "aria-label": `${number(one.minutes)} av ${number(one.capacity)} minuter i veckan`, css: { "--load": String(share(one.minutes, one.capacity)) } }),
      el("p", { class: "st-note", text: `${number(one.minutes)} av ${number(one.capacity)} min i veckan` }),
      told.length ? el("p", { class: "is-warn", text: told.join("; ") }) : null,
      one.suggestion ? el("p", { class: "st-note", text: one.suggestion }) : null,
      el("div", { class: "st-clients" }, ...mine.map(chip)));
    made.dataset.staff = one.staff_id;
    return made;
  };

  const drawBoard = () => {
    const loads = block.loads.filter((one) => !seen.team || one.team_id === seen.team);
    const lacking = block.clients.filter((one) => !one.contact_id && (!seen.team || one.team_id === seen.team));
    const search = el("input", { type: "search", class: "st-input", placeholder: "Sök brukare eller kontakt", "aria-label": "Sök brukare eller kontakt", value: seen.find });
    search.addEventListener("change", () => {
      seen.find = search.value.trim().toLowerCase();
      const hit = block.clients.find((one) => [one.client_id, nameOf(one.client_id), one.contact_id, nameOf(one.contact_id)].some((text) => text.toLowerCase() === seen.find));
      if (!hit) return;
      seen.team = hit.team_id;
      choose(hit.client_id);
      drawBoard();
    });
    board.replaceChildren(
      heading("Omsorgskontakter", "Dra en brukare till en annan kontakt, eller välj bland kandidaterna. Stapeln är vad kontaktens egna brukare kräver av henne en vecka."),
      el("div", { class: "st-row" },
        el("label", { class: "st-inline" }, el("span", { text: "Lag" }), select([...at.teams.map((one) => [one, `Lag ${one}`]), ["", "Alla lag"]], seen.team, (value) => { seen.team = setMyTeam(value); drawBoard(); mark(); })),
        search),
      block.requests.length ? el("section", { class: "st-card is-asked", "aria-label": "Önskar annan kontakt" }, el("h2", { text: "Önskar annan kontakt" }),
        el("ul", { class: "st-lines" }, ...block.requests.map((one) => el("li", {}, el("button", { type: "button", class: "st-line", on: { click: () => { seen.team = clientOf(one.client_id)?.team_id ?? seen.team; choose(one.client_id); drawBoard(); } } },
          el("strong", { text: nameOf(one.client_id) }), el("span", { class: one.n > one.of ? "is-warn" : "", text: `dag ${one.n} av ${one.of}` }),
          el("span", { class: "st-note", text: `bad om det ${dayText(one.day)}` })))))) : "",
      lacking.length ? el("section", { class: "st-card is-broken" }, el("h2", { text: `${lacking.length} utan omsorgskontakt` }),
        el("div", { class: "st-clients" }, ...lacking.map(chip))) : "",
      el("div", { class: "st-contacts" }, ...loads.map(contactCard)));
    mark();
  };

  const candidateLine = (one, client) => el("li", {}, el("div", { class: `st-candidate${one.can ? "" : " is-illegal"}` },
    el("div", { class: "st-card-head" }, el("h3", { text: nameOf(one.staff_id) }),
      one.staff_id === client.contact_id ? el("span", { class: "st-badge", text: "kontakt nu" })
        : one.can ? button("Välj", () => give(client.client_id, one.staff_id), { "aria-label": `Välj ${nameOf(one.staff_id)} som kontakt` })
          : el("span", { class: "st-badge", text: "kan inte" })),
    el("p", { class: "st-note", text: [`${one.n_clients} brukare`, `${number(one.free_min)} lediga min/v`, `${Math.round(one.away_s / 60)} min bort`,
      one.ceiling_pct === null ? "" : `kan ta ${number(one.ceiling_pct)} % av besöken`].filter(Boolean).join(", ") }),
    el("p", { class: one.can ? "" : "is-warn", text: one.reasons.join("; ") })));

  const drawSide = () => {
    const client = block && clientOf(seen.client);
    if (!client) {
      side.replaceChildren(el("p", { class: "st-note", text: "Välj en brukare för att se vilka som kan vara kontakt, och varför." }));
      return;
    }
    const asked = requestOf(client.client_id);
    side.replaceChildren(
      el("section", { class: "st-card is-chosen" },
        el("div", { class: "st-card-head" }, el("h2", { text: nameOf(client.client_id) }),
          el("button", { type: "button", class: "st-x", "aria-label": "Välj bort", text: "×", on: { click: () => choose("") } })),
        el("dl", { class: "st-pairs" },
          el("dt", { text: "Lag" }), el("dd", { text: client.team_id }),
          el("dt", { text: "Omsorgskontakt" }), el("dd", { text: nameOf(client.contact_id) || "ingen" }),
          el("dt", { text: "Vice" }), el("dd", { text: nameOf(client.vice_id) || "ingen" }),
          el("dt", { text: "Kvällsvice" }), el("dd", { text: nameOf(client.evening_vice_id) || "ingen" }),
          el("dt", { text: "Schemats tak" }), el("dd", { text: client.ceiling_pct === null ? "–" : `${number(client.ceiling_pct)} % (mål ${block.target_pct} %)` })),
        client.why_none ? el("p", { class: "is-warn", text: client.why_none }) : null,
        client.notes.length ? el("section", { "aria-label": "Synpunkter" }, el("h3", { text: "Synpunkter" }),
          el("ul", { class: "st-plain is-one" }, ...client.notes.map((text) => el("li", { class: "st-note", text })))) : null,
        asked ? el("p", { class: asked.n > asked.of ? "is-warn" : "", text: `Önskar annan kontakt: dag ${asked.n} av ${asked.of}.` }) : null,
        el("div", { class: "st-row" },
          client.contact_id ? button(client.is_locked ? "Lås upp" : "Lås kontakten", () => act("lock_contact", { client_id: client.client_id, on: !client.is_locked }), { icon: "lock", "aria-pressed": String(client.is_locked) }) : null,
          button(asked ? "Önskan är återtagen" : "Önskar annan kontakt", () => act("request", { client_id: client.client_id, on: !asked }), { kind: "is-quiet" }))),
      el("h2", { text: "Kandidater" }),
      candidates ? el("ul", { class: "st-plain is-one" }, ...candidates.map((one) => candidateLine(one, client)))
        : el("p", { class: "st-note", text: "Räknar …" }));
  };

  await load();
  const ends = [on("acted", load), on("elsewhere", load)];
  return () => ends.forEach((end) => end());
};
