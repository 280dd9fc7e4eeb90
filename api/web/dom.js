// Elements are made here and nowhere else. Data enters as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

/** Makes an element. Attributes that are null or false are left out; functions are listeners. */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** Makes an SVG element. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Replaces the children of an element; whoever had the focus by id keeps it. */
export function replace(element, ...children) {
  const focused = element.contains(document.activeElement) ? document.activeElement.id : "";
  element.replaceChildren(...children.flat().filter(Boolean));
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

/** A drop-down list with a label. Options are [value, text]. */
export function choice(id, label, options, selected, onChoose) {
  const select = h(
    "select",
    { id, change: (event) => onChoose(event.target.value) },
    options.map(([value, text]) => h("option", { value, selected: value === selected }, text)),
  );
  return h("div", { class: "field" }, h("label", { for: id }, label), select);
}
