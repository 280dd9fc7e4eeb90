// What holds of the whole study: ages on both sides, agreement of areas, distances between distributions, and all tables.

import { h } from "./dom.js";
import { ask, studyPath } from "./data.js";
import { address } from "./state.js";
import { heads, number, sheet, switcher } from "./parts.js";
import { label } from "./text.js";

const indices = ["whipple", "myers", "bachi", "spoorenberg", "age_sex_accuracy", "sex_ratio_score", "jdanov", "kannisto_90"];
const farthest = 20;

/** The tables of a whole study, for one definition. */
export async function qualitySections(view) {
  const { study, state, t } = view;
  const definition = state.definition || study.definitions[0] || "";
  const named = study.definitions.map((value) => [value, label(t, "definitions", value), address(state, { definition: value })]);
  const read = (name, where, more = {}) => table(view, name, [`definition:${definition}`, ...where], more);
  const level = study.telling_level;
  const [ages, agreement, moved, distances, all] = await Promise.all([
    read("age_quality", ["sex:both", "level:country", ...indices.map((index) => `index:${index}`)]),
    read("agreement", ["dimension:total", "dimension:sex"]),
    read("segregation", ["measure:displacement", "dimension:total"]),
    read("distributions", [`level:${level}`, "dimension:age5"], { sort: "-dissimilarity_corrected", per_page: farthest }),
    ask(studyPath(study.id, "tables"), {}, view.signal),
  ]);
  return [
    study.definitions.length > 1 && h("div", {}, switcher(t.definition, named, definition)),
    ageQuality(view, ages),
    agreementOf(view, agreement),
    displacement(view, moved),
    distancesOf(view, distances, level),
    tables(view, all.tables),
  ];
}

/** Rows of a table that match; none where the comparison lacks it. */
async function table({ study, signal, language }, name, where, more) {
  if (!study.tables?.includes(name)) return null;
  const query = new URLSearchParams({ lang: language, ...more });
  for (const condition of where) query.append("where", condition);
  return ask(`${studyPath(study.id, "tables", name)}?${query}`, {}, signal);
}

function ageQuality({ t, f, study }, found) {
  if (!found?.rows.length) return missing(t.ageQuality, found ? t.noAgesOfCountry : t.noAges, "no-ages");
  return sheet(t.ageQuality, {
    id: "age-quality",
    head: heads([t.index, t.register, t.census, t.difference, [t.interval, "number wide"], [t.tolerable, "number wide"], [t.verdict, ""]]),
    rows: found.rows.map((row) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, label(t, "indices", row.index)),
        number(t, f.figure(row.register)),
        number(t, f.figure(row.census)),
        number(t, f.signed(row.difference)),
        number(t, f.span(row.ci_lower, row.ci_upper), "wide"),
        number(t, f.figure(row.tolerable), "wide"),
        h("td", { class: row.verdict.endsWith("heaps") || row.verdict === "both_heap" ? "differs" : null }, label(t, "heaping", row.verdict)),
      ),
    ),
    note: t.ageQualityNote,
    links: whole(t, study, "age_quality"),
  });
}

function agreementOf({ t, f, study }, found) {
  if (!found?.rows.length) return missing(t.agreement, t.noAgreement, "no-agreement");
  const cell = (row) => (row.dimension === "total" ? t.cells.total : label(t, "cells", row.cell));
  return sheet(t.agreement, {
    id: "agreement",
    head: heads([t.level, [t.cell, ""], t.areas_, t.bias, [t.limits, "number wide"], t.concordance, [t.mape, "number wide"], t.within_]),
    rows: found.rows.map((row) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, label(t, "levels", row.level)),
        h("td", {}, cell(row)),
        number(t, f.persons(row.areas)),
        number(t, f.points(row.bias_pct)),
        number(t, f.range(row.limit_low_pct, row.limit_high_pct), "wide"),
        number(t, f.figure(row.concordance)),
        number(t, f.figure(row.mape), "wide"),
        number(t, row.within_margin === null ? "–" : f.share(row.within_margin)),
      ),
    ),
    note: [t.agreementNote, ...remarks(found.rows)].join(" "),
    links: whole(t, study, "agreement"),
  });
}

/** Each remark of some rows once, as a sentence. */
function remarks(rows) {
  const texts = new Set(rows.flatMap((row) => (row.notes ? row.notes.split("; ") : [])));
  return [...texts].map((text) => `${text[0].toUpperCase()}${text.slice(1)}.`);
}

function displacement({ t, f, study }, found) {
  if (!found?.rows.length) return null;
  return sheet(t.displacement, {
    id: "displacement",
    head: heads([t.level, t.areas_, t.measured, t.corrected, t.interval]),
    rows: found.rows.map((row) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, label(t, "levels", row.level)),
        number(t, f.persons(row.areas)),
        number(t, f.share(row.difference)),
        number(t, row.difference_corrected === null ? "–" : f.share(row.difference_corrected)),
        number(t, row.ci_lower === null ? "–" : `[${f.share(row.ci_lower)}; ${f.share(row.ci_upper)}]`),
      ),
    ),
    note: t.displacementNote,
    links: whole(t, study, "segregation"),
  });
}

function distancesOf({ t, f, state, study }, found, level) {
  const told = found?.rows.filter((row) => row.dissimilarity !== null) ?? [];
  if (!told.length) return missing(t.distances, found ? t.noDistancesHere : t.noDistances, "no-distances");
  const share = (value) => (value === null ? "–" : f.share(value));
  return sheet(`${t.distances}: ${label(t, "levels", level)}`, {
    id: "distances",
    head: heads([t.name, t.measured, t.corrected, [t.interval, "number wide"], [t.hellinger, "number wide"], t.pValue]),
    rows: told.map((row) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, h("a", { href: address(state, { area: row.area, view: "why" }) }, found.names[row.area] || row.area)),
        number(t, share(row.dissimilarity)),
        number(t, share(row.dissimilarity_corrected)),
        number(t, row.dissimilarity_lower === null ? "–" : `[${f.share(row.dissimilarity_lower)}; ${f.share(row.dissimilarity_upper)}]`, "wide"),
        number(t, f.figure(row.hellinger_corrected), "wide"),
        number(t, row.p_value === null ? "–" : f.probability(row.p_value)),
      ),
    ),
    note: t.distancesNote(f.persons(told.length), f.persons(found.total)),
    links: whole(t, study, "distributions"),
  });
}

function tables({ t, f }, all) {
  if (!all.length) return null;
  return sheet(t.allTables, {
    id: "tables",
    head: heads([t.table, t.rowsCount, [t.download, ""]]),
    rows: all.map((one) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, label(t, "tables", one.name), h("span", { class: "faint wide" }, ` ${one.name}`)),
        number(t, f.persons(one.rows)),
        h("td", {}, h("a", { href: `${one.link}?format=csv`, download: true, "aria-label": `${one.name} CSV` }, "CSV")),
      ),
    ),
  });
}

const whole = (t, study, name) => [[t.wholeTable, `${studyPath(study.id, "tables", name)}?format=csv`]];

const missing = (title, text, id) =>
  h("section", { class: "card", id, "aria-label": title }, h("h2", {}, title), h("p", { class: "empty" }, text));
