// Talking to the server: plain JSON routes, and Gradio's queue for questions.

async function reply(response) {
  if (response.status === 401) { location.reload(); throw new Error("Your session has ended. Signing in again."); }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) {
    const why = typeof body.detail === "string" ? body.detail : "the server could not do that";
    throw new Error(why);
  }
  return body;
}

async function reach(path, how) {
  try { return await fetch(path, how); } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("citewell does not answer. Is it still running?");
  }
}

export async function get(path, query = {}) {
  const search = new URLSearchParams(query).toString();
  return reply(await reach(search ? `${path}?${search}` : path));
}

export async function post(path, body = {}) {
  const headers = { "content-type": "application/json" };
  return reply(await reach(path, { method: "POST", headers, body: JSON.stringify(body) }));
}

export async function send(path, form) {
  return reply(await reach(path, { method: "POST", body: form }));
}

// Yields what the page is to show while an answer is made.
export async function* converse(question, insteadOf, signal) {
  const { event_id } = await post("/gradio_api/call/converse", { data: [question, insteadOf] });
  const response = await reach(`/gradio_api/call/converse/${encodeURIComponent(event_id)}`, { signal });
  for await (const { event, data } of events(response.body)) {
    if (event === "error") throw new Error((data && (data.error || data)) || "the answer could not be made");
    if (Array.isArray(data) && data.length) yield data[0];
    if (event === "complete") return;
  }
}

async function* events(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n\n");
    rest = parts.pop();
    for (const part of parts) {
      const event = /^event: (.*)$/m.exec(part)?.[1];
      const data = /^data: (.*)$/m.exec(part)?.[1];
      if (event) yield { event, data: data ? JSON.parse(data) : null };
    }
  }
}
