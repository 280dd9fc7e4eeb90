// Where to look first: the areas of a level in the order in which visits find most errors.

import { h } from "./dom.js";
import { ask, studyPath } from "./data.js";
import { address } from "./state.js";
import { fact, figure, heads, number, pager, sheet, switcher } from "./parts.js";
import { label } from "./text.js";

const perPage = 50;

/** Shows the worklist of a study. */
export async function firstSections(view) {
  const { study, state, signal, language, t } = view;
  const list = await ask(
    studyPath(study.id, "worklist"),
    { level: state.level === "all" ? "" : screened(state.level, study), page: state.page || "1", per_page: perPage, lang: language },
    signal,
  );
  if (!list.levels.length) return [notScreened(view)];
  const levels = list.levels.map((level) => [level, label(t, "levels", level), address(state, { level, page: "" })]);
  if (!list.total) return [h("div", {}, switcher(t.level, levels, list.level)), h("p", { class: "card empty" }, t.tooFewScreened)];
  return [
    h("p", { class: "faint" }, t.firstNote(label(t, "definitions", list.definition))),
    levels.length > 1 && h("div", {}, switcher(t.level, levels, list.level)),
    facts(view, list),
    h("div", { class: "columns even" }, picture(view, list, "funnel"), picture(view, list, "gain")),
    visits(view, list),
    pager(view, list, (n) => t.count(view.f.persons(n))),
  ];
}

/** The level asked for, if the study has it: the address may still hold that of another list. */
function screened(level, study) {
  return study.levels.includes(level) ? level : "";
}

function notScreened({ t, study }) {
  const tried = study.tables?.includes("screening_summary");
  return h(
    "div",
    { class: "card empty", id: "no-screening" },
    h("p", {}, tried ? t.tooFewScreened : t.noScreening),
    !tried && h("pre", {}, h("code", {}, "screening: {}")),
  );
}

function facts({ t, f }, list) {
  return h(
    "dl",
    { class: "facts" },
    fact(t.areas_, f.persons(list.total)),
    fact(t.errorsExpected, f.persons(list.errors), t.persons.toLowerCase()),
    list.half_by > 0 && fact(t.findHalf, t.firstVisits(f.persons(list.half_by))),
    list.most_by > 0 && fact(t.findMost, t.firstVisits(f.persons(list.most_by))),
  );
}

function picture({ t, language }, list, name) {
  return figure(t, {
    id: name,
    title: t[name],
    links: list[name],
    query: new URLSearchParams({ lang: language }),
    alt: t[`${name}Drawing`](label(t, "levels", list.level)),
    none: t.noneToFind,
  });
}

function visits({ t, f, state, study }, list) {
  return sheet(t.visits, {
    id: "visits",
    head: heads([[t.place, "number"], [t.name, ""], t.percent, [t.interval, "number wide"], t.errorsExpected, [t.shareFound, "number wide"], [t.reason, "wide"]]),
    rows: list.visits.map((visit) =>
      h(
        "tr",
        {},
        number(t, f.persons(visit.place)),
        h("th", { scope: "row" }, h("a", { href: address(state, { area: visit.area, definition: list.definition, view: "why", level: "", page: "" }) }, visit.area_name || visit.area)),
        number(t, f.points(visit.discrepancy_pct)),
        number(t, f.range(visit.ci_lower, visit.ci_upper), "wide"),
        number(t, f.persons(visit.expected_error)),
        number(t, f.share(visit.cumulative_share), "wide"),
        h("td", { class: "faint wide reason" }, visit.reason),
      ),
    ),
    links: [[t.wholeTable, `${studyPath(study.id, "tables", "screening")}?format=csv`]],
  });
}
