// What the tabs tell one another.

export const shared = { current: null, where: {}, fixed: true, asking: false };

const listeners = {};

export function on(event, listener) {
  (listeners[event] ??= []).push(listener);
}

export function tell(event, detail) {
  for (const listener of listeners[event] ?? []) listener(detail);
}

export function citedPapers() {
  return new Set((shared.current?.answer.citations ?? []).map((one) => one.paper_id));
}
