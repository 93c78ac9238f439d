// The address behind "#" says what is shown, so that Back, a deep link and the keyboard reach it like a click does.
let last = null;
let opened = false; // whether the page has had its first value, and has gone to the address that it was opened at
const here = () => element.querySelector('.evidence');
const BESIDE = ['', 'ask', 'papers', 'paper', 'cite', 'sources', 'only']; // what has the evidence beside it
const ASK = ['cite', 'sources', 'only'];
const turn = () => { // Gradio does not select a tab anew that it was told to select before
  const kind = location.hash.slice(1).split('=')[0];
  const all = document.querySelectorAll('#tabs [role=tab], #tabs .overflow-dropdown button'); // on a phone some fold
  const on = (tab) => tab.getAttribute('aria-selected') === 'true' || tab.classList.contains('selected');
  const called = (name) => [...all].filter((tab) => tab.textContent.trim().toLowerCase() === name);
  const beside = kind === 'paper' && !called('ask').some(on); // a paper is shown beside the answer, else the papers
  const same = called(ASK.includes(kind) ? 'ask' : beside ? 'papers' : kind);
  if (same.length && !same.some(on)) same[0].click();
  document.body.classList.toggle('wide', !BESIDE.includes(kind));
};
const tell = () => trigger('go', { hash: location.hash });

// A new question goes to the top of the conversation: its answer is read from the beginning, while it grows too.
let chat = null;
const follow = () => {
  let questions = 0;
  let following = false;
  for (const own of ['wheel', 'touchmove', 'pointerdown', 'keydown']) chat.addEventListener(own, () => { following = false; });
  new MutationObserver(() => {
    const asked = chat.querySelectorAll('[data-testid=user]');
    if (asked.length !== questions) following = true;
    questions = asked.length;
    if (!questions || !following) return;
    const log = chat.querySelector('[role=log]');
    log.scrollTop += asked[questions - 1].closest('.message-row').getBoundingClientRect().top - log.getBoundingClientRect().top;
  }).observe(chat, { childList: true, subtree: true });
};

document.addEventListener('click', (event) => {
  const link = event.target.closest && event.target.closest('a[href^="#"]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault(); // Gradio's <base> would have the link load the page anew
  if (!element.contains(link)) last = link; // where the focus goes back to
  if (link.getAttribute('href') === location.hash) tell(); // the same again: open it again
  else location.hash = link.getAttribute('href');
});
addEventListener('hashchange', () => { turn(); tell(); });
addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && here() && here().dataset.open === 'true') location.hash = 'ask';
});
watch('value', () => {
  if (!chat && (chat = document.getElementById('chat'))) follow(); // it is made after this component
  const shown = here();
  if (!shown) return;
  const { at, open } = shown.dataset;
  if (!opened && open) {
    opened = true;
    document.body.dataset.opened = ''; // from now on a tab names itself in the address
    if (location.hash) {
      turn();
      return tell();
    }
  }
  if (open === 'true' && at === location.hash.slice(1)) {
    const words = shown.querySelector('mark');
    const box = element.closest('.side') || element;
    if (words) words.scrollIntoView({ block: 'nearest' });
    else box.scrollTop = 0;
    if (last) shown.querySelector('h2').focus({ preventScroll: true });
  } else if (open !== 'true' && last && last.isConnected && document.activeElement === document.body) {
    last.focus();
  }
});
