// Why an area differs: the parts of the difference, the likely cause, the definition that fits.

import { h } from "./dom.js";
import { ask, studyPath } from "./data.js";
import { figure, heads, number, sheet } from "./parts.js";

/** What is said of why the area differs under the definition, as sections of the page. */
export async function whySections(view, area, definition) {
  const { study, signal, language } = view;
  const why = await ask(studyPath(study.id, "areas", area.code, "why"), { definition, lang: language }, signal);
  if (!why.cause.cause && !why.parts.length) return [nothing(view)];
  return [
    cause(view, why),
    why.parts.length > 0 &&
      h("div", { class: "columns even" }, waterfall(view, area, why), parts(view, why)),
    fits(view, why),
    ages(view, why),
  ];
}

function nothing({ t, study }) {
  const told = study.tables?.includes("explanation");
  return h("p", { class: "empty card", id: "no-why" }, told ? t.noPartsHere : t.noParts);
}

function cause({ t, f }, { cause, parts }) {
  const found = cause.direction !== "";
  const facts = [
    cause.persons !== null && `${t.persons}: ${f.change(cause.persons)}`,
    cause.q_value !== null && `${t.q}: ${f.probability(cause.q_value)}`,
    found || !parts.length ? cause.notes : [t.noneStands, cause.notes].filter(Boolean).join(" "),
  ];
  return h(
    "section",
    { class: "card", "aria-labelledby": "cause-title" },
    h("h2", { id: "cause-title" }, t.cause),
    h("p", { id: "cause", class: found ? "told" : "told faint" }, cause.text),
    h("p", { class: "faint" }, facts.filter(Boolean).join(" · ")),
    !parts.length && h("p", { class: "faint" }, t.noPartsHere),
  );
}

function waterfall({ t, language }, area, why) {
  const query = new URLSearchParams({ definition: why.definition, lang: language });
  return figure(t, {
    id: "waterfall",
    title: t.parts,
    links: why.links,
    query,
    alt: t.waterfall(area.name || area.code),
    none: t.noPartsHere,
  });
}

function parts({ t, f }, why) {
  const total = { title: t.difference, persons: why.difference, ci_lower: why.ci_lower, ci_upper: why.ci_upper, gross: null, share: null };
  const known = why.parts.filter((part) => part.persons !== null);
  const unknown = why.parts.filter((part) => part.persons === null).map((part) => `${part.title} (${part.notes})`);
  return sheet(t.parts, {
    id: "parts",
    head: heads([t.part, t.persons, t.interval, [t.gross, "number wide"], [t.shareOf, "number wide"]]),
    rows: [...known, total].map((part) =>
      h(
        "tr",
        { class: part === total ? "sum" : null },
        h("th", { scope: "row" }, part.title, h("small", { class: "faint" }, [part.basis, part.notes].filter(Boolean).join("; "))),
        number(t, f.change(part.persons)),
        number(t, f.interval(part.ci_lower, part.ci_upper)),
        number(t, f.persons(part.gross), "wide"),
        number(t, part.share === null ? "–" : f.share(part.share), "wide"),
      ),
    ),
    note: [t.partsNote, unknown.length && `${t.notKnown}: ${unknown.join("; ")}.`].filter(Boolean).join(" "),
  });
}

function fits({ t, f }, { fits }) {
  if (!fits.length) return null;
  return sheet(t.fits, {
    id: "fits",
    head: heads([t.definition, t.difference, t.distance, [t.weight, "number wide"], [t.explained, "number wide"]]),
    rows: fits.map((fit) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, fit.title, fit.best && h("span", { class: "best" }, ` ✓ ${t.best}`)),
        number(t, f.change(fit.gap)),
        number(t, f.figure(fit.distance)),
        number(t, fit.weight < 0.001 && fit.weight !== null ? `< ${f.figure(0.001)}` : f.figure(fit.weight), "wide"),
        number(t, fit.best || fit.explained_pct === null ? "–" : `${f.points(fit.explained_pct)} %`, "wide"),
      ),
    ),
    note: [t.fitsNote, fits[0].chosen_by && `${t.chosenBy}: ${fits[0].chosen_by}.`].filter(Boolean).join(" "),
  });
}

function ages({ t, f }, { parts }) {
  const known = parts.filter((part) => part.ages.length);
  if (!known.length) return null;
  return h(
    "details",
    { class: "card", id: "by-age" },
    h("summary", {}, t.byAge),
    sheet(t.byAge, {
      bare: true,
      head: heads([t.age, ...known.map((part) => [part.title, "number"])]),
      rows: known[0].ages.map(({ age_group }, i) =>
        h("tr", {}, h("th", { scope: "row" }, age_group), known.map((part) => number(t, f.change(part.ages[i].persons)))),
      ),
    }),
  );
}
