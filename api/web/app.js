// The page: reads the address, asks for what it names, and shows it.

import { choice, h, replace } from "./dom.js";
import { ask, studyPath } from "./data.js";
import { address, go, readState } from "./state.js";
import { formats } from "./format.js";
import { languages, words } from "./text.js";
import { showArea } from "./area.js";
import { showList } from "./list.js";
import { switcher } from "./parts.js";
import { isView, showStudy } from "./study.js";

const main = document.getElementById("main");
let running; // the request whose answer is wanted

async function show() {
  running?.abort();
  const mine = (running = new AbortController());
  const asked = location.hash;
  main.setAttribute("aria-busy", "true");
  try {
    await showState(readState(), mine.signal);
  } catch (error) {
    if (error.name !== "AbortError") showError(error);
  }
  if (running !== mine) return;
  main.dataset.shown = asked; // which address the page shows, for whoever waits for it
  main.setAttribute("aria-busy", "false");
}

async function showState(state, signal) {
  const { studies } = await ask("/api/v1/studies", {}, signal);
  const id = state.study || studies.find((study) => study.finished)?.id || studies[0]?.id;
  if (!id) {
    const language = speak(state, null);
    showTop(state, studies, null, language);
    main.dataset.view = "";
    return replace(main, h("p", { class: "empty" }, words(language).noStudy));
  }
  const study = await ask(studyPath(id), {}, signal);
  const language = speak(state, study);
  showTop(state, studies, study, language);
  const view = {
    main,
    state,
    study,
    signal,
    language,
    t: words(language),
    f: formats(language),
    announce,
    current: readState,
    refresh: show,
  };
  const showWhole = isView(state.view) ? showStudy : showList;
  await (state.area ? showArea : showWhole)(view);
  if (state.area) scrollOnce(state.area);
}

let scrolledTo = "";
function scrollOnce(area) {
  if (scrolledTo !== area) window.scrollTo(0, 0);
  scrolledTo = area;
}

function speak(state, study) {
  const leading = study?.languages?.[0] ?? "";
  const language =
    languages.map(([code]) => code).find((code) => code === state.lang) ??
    languages.map(([code]) => code).find((code) => leading.startsWith(code)) ??
    "en";
  document.documentElement.lang = language;
  document.getElementById("skip").textContent = words(language).skip;
  return language;
}

function showTop(state, studies, study, language) {
  const t = words(language);
  const home = address({ study: state.study, lang: state.lang });
  replace(
    document.getElementById("top"),
    h(
      "a",
      { class: "brand", href: home },
      h("img", { src: "/assets/icon.svg", alt: "", width: 28, height: 28 }),
      h("span", {}, "Concord"),
      h("span", { class: "faint wide" }, t.tagline),
    ),
    studies.length > 1 &&
      choice(
        "study",
        t.study,
        studies.map(({ id, title, finished }) => [id, finished ? title || id : `${id} (${t.unfinished})`]),
        study?.id,
        (id) => go({ lang: state.lang }, { study: id }),
      ),
    switcher(
      t.language,
      languages.map(([code, name]) => [code, name, address(state, { lang: code })]),
      language,
    ),
  );
}

function announce(text) {
  document.getElementById("status").textContent = text;
}

function showError(error) {
  const state = readState();
  const t = words(document.documentElement.lang);
  main.dataset.view = "";
  replace(
    main,
    h(
      "div",
      { class: "alert", role: "alert" },
      h("p", {}, `${t.error}: ${error.message}`),
      h("p", {}, h("a", { href: address({ lang: state.lang }) }, t.back)),
    ),
  );
}

document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault(); // the address holds the state, not a place on the page
  main.focus();
});
window.addEventListener("hashchange", show);
show();
