// What is shown is written in the address, so that a view can be shared and the back button works.

/** Reads the state from the address. */
export function readState() {
  return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
}

/** The address of a state with some entries changed; an empty one is dropped. */
export function address(state, changes = {}) {
  const entries = Object.entries({ ...state, ...changes }).filter(([, value]) => value);
  return "#" + new URLSearchParams(entries);
}

/** Goes to a state: a step the back button undoes. */
export function go(state, changes) {
  location.hash = address(state, changes);
}

/** Changes the state in place, as typing does: no step of its own. Returns whether it changed. */
export function amend(state, changes) {
  const to = address(state, changes);
  if (to === location.hash) return false;
  history.replaceState(null, "", to);
  return true;
}
