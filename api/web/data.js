// Questions to the server. An answer that is no longer wanted is dropped.

/** Asks for JSON; a problem document becomes an error with its text. */
export async function ask(path, query = {}, signal = undefined) {
  const parameters = new URLSearchParams(Object.entries(query).filter(([, value]) => value));
  const response = await fetch(parameters.size ? `${path}?${parameters}` : path, {
    signal,
    headers: { Accept: "application/json" },
  });
  const body = await response.json();
  if (!response.ok) throw new Error(body.detail || body.title || String(response.status));
  return body;
}

/** The path of a study, or of something in it. */
export function studyPath(study, ...rest) {
  return ["/api/v1/studies", ...[study, ...rest].map(encodeURIComponent)].join("/");
}
