// A study as a whole: its heading, and the views of it.

import { h, replace } from "./dom.js";
import { address } from "./state.js";
import { switcher } from "./parts.js";
import { label } from "./text.js";
import { firstSections } from "./first.js";
import { qualitySections } from "./quality.js";

const sections = { first: firstSections, quality: qualitySections };

/** Tells whether a view is one of a study, other than the list of its areas. */
export function isView(name) {
  return Object.hasOwn(sections, name);
}

/** Shows the view of the study that is named in the state. */
export async function showStudy(view) {
  const { main, state, study, t } = view;
  const shown = await sections[state.view](view);
  const key = `${state.view} ${study.id} ${view.language}`;
  const arrived = main.dataset.view !== key;
  replace(main, heading(view), ...shown);
  main.dataset.view = key;
  document.title = `${t.views[state.view]} – ${study.title || study.id} – Concord`;
  view.announce(t.views[state.view]);
  if (arrived) window.scrollTo(0, 0);
}

/** The title of a study, what it rests on, and its views. */
export function heading(view) {
  const { t, f, study } = view;
  const facts = [
    `${t.reference}: ${f.time(study.reference_time)}`,
    study.census && `${t.census}: ${label(t, "kinds", study.census)}`,
    t.method(f.share(study.level), f.share(study.fdr)),
  ];
  return h(
    "section",
    { class: "heading" },
    h(
      "div",
      {},
      h("h1", { tabindex: "-1" }, study.title || study.id),
      h("p", { class: "faint" }, facts.filter(Boolean).join(" · ")),
    ),
    h(
      "p",
      { class: "links" },
      study.links.report && h("a", { class: "button", href: study.links.report }, t.report),
      h("a", { class: "button", href: study.links.csv, download: true }, t.allCSV),
    ),
    h("div", { id: "views" }, tabs(view)),
    study.override && h("p", { class: "alert" }, `${t.override}: ${study.override}`),
    study.caveats?.length &&
      h(
        "details",
        { class: "caveats" },
        h("summary", {}, `${t.caveats} (${study.caveats.length})`),
        h(
          "ul",
          {},
          study.caveats.map((caveat) => h("li", {}, caveat)),
        ),
      ),
  );
}

/** The views of a study, as links. */
export function tabs({ t, state }) {
  const kept = { study: state.study, lang: state.lang, definition: state.definition };
  const views = ["", ...Object.keys(sections)].map((name) => [name, t.views[name || "areas"], address(kept, { view: name })]);
  return switcher(t.viewsOf, views, isView(state.view) ? state.view : "");
}
