"use strict";
// The continuity view: clients by carers, the tiers told by shade, frame and the words of the cell.
(() => {
  const { el, t } = Hemrunda;
  const TIERS = ["contact", "vice", "team", "floater", "pool"];

  const percent = (value) => (value === null ? t("none") : `${Hemrunda.number(value, 1)} %`);

  // The ceiling has a column only where somebody reckoned it.
  const hasCeiling = Hemrunda.block("view").teams.some((team) => team.clients.some((one) => one.ceiling !== null));
  // So have notes by the staff: of which kinds they are, never what they say.
  const hasNotes = Hemrunda.block("view").teams.some((team) => team.clients.some((one) => one.notes.length));

  const row = (team, client) => {
    const cells = new Array(team.staff.length).fill(null);
    for (const [column, n, tier] of client.met) {
      cells[column] = el("td", {
        class: "hr-met",
        "data-tier": tier,
        text: Hemrunda.number(n),
        title: t("met_title", { staff: team.staff[column], n, client: client.id, tier: t(`tier_${tier}`) }),
      });
    }
    return el("tr", {},
      el("th", { scope: "row", text: client.id, title: client.id }),
      el("td", { text: Hemrunda.number(client.visits) }),
      el("td", { text: Hemrunda.number(client.carers) }),
      el("td", { text: percent(client.share) }),
      ...(hasCeiling ? [el("td", { text: percent(client.ceiling) })] : []),
      ...(hasNotes ? [el("td", { text: client.notes.map((kind) => t(`note_${kind}`)).join(", ") })] : []),
      ...cells.map((cell) => cell || el("td", {})));
  };

  const grid = (team) => {
    const head = el("tr", {}, ...["clients", "visits", "distinct_carers", "contact_share", ...(hasCeiling ? ["ceiling"] : []), ...(hasNotes ? ["notes"] : [])].map((key) =>
      el("th", { scope: "col", text: t(key) })),
      ...team.staff.map((id) => el("th", { scope: "col" }, el("div", { class: "hr-turned", text: id, title: id }))));
    return el("table", { class: "hr-grid" },
      el("caption", { class: "hr-note", text: t("continuity_caption", { n: Hemrunda.block("view").days }) }),
      el("thead", {}, head), el("tbody", {}, ...team.clients.map((client) => row(team, client))));
  };

  Hemrunda.fillSkeleton();
  const { teams } = Hemrunda.block("view");
  const root = document.getElementById("grid");
  const place = el("div", { class: "hr-scroll", tabindex: "0", role: "region", "aria-label": t("continuity") });
  const sum = el("p", { "aria-live": "polite" });
  const choose = el("select", { id: "choose-team" }, ...teams.map((team, i) => el("option", { value: i, text: team.id })));
  const show = () => {
    const team = teams[choose.value];
    sum.textContent = t("continuity_sum", {
      carers: team.carers === null ? t("none") : Hemrunda.number(team.carers, 1),
      share: percent(team.share),
    });
    place.replaceChildren(grid(team));
  };
  choose.addEventListener("change", show);
  const key = el("ul", { class: "hr-key" }, ...TIERS.map((tier) =>
    el("li", {}, el("span", { "data-tier": tier, text: "3" }), t(`tier_${tier}`))));
  root.append(el("p", {}, el("label", { for: "choose-team", text: `${t("team")} ` }), choose), sum, key,
    ...(hasCeiling ? [el("p", { class: "hr-note", text: `${t("ceiling")}: ${t("m_ceiling_is")}` })] : []), place);
  if (teams.length) show();
  document.body.dataset.ready = "yes";
})();
