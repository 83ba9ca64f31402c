/* The portal's own behaviours. Every form works without them.

   data-draft-url="..."    saves the form as it is typed
   data-safe-send          sends the form without losing the page when there is no signal
   data-optional-child     a fieldset that stays folded until [name=add_child] opens it
*/

const AFTER_LAST_KEY = 800;
const BEFORE_NEXT_TRY = 10_000;
const NO_SIGNAL = "Not saved: no signal. Your words are still here.";
const SIGNED_OUT =
  "You may have been signed out. Your words are still here. Sign in again in another tab, then come back.";
const REFUSED = new Set([401, 403]);

/* The design system ------------------------------------------------------------------------- */

const body = document.body;
body.classList.add("js-enabled", "govuk-frontend-supported");

const designSystem = Promise.all(
  ["govuk-frontend", "moj-frontend"].map((id) => import(document.getElementById(id).href)),
);

async function start(scope) {
  within(scope, "form[data-draft-url]").forEach(keepDraft);
  within(scope, "form[data-safe-send]").forEach(sendSafely);
  const children = within(scope, "[data-optional-child]");
  new Set(children.map((child) => child.form)).forEach(foldEmptyChildren);
  try {
    for (const { initAll } of await designSystem) initAll(scope);
  } catch {
    // Not fetched: leave what their scripts would open as it is without them, open.
    body.classList.remove("govuk-frontend-supported");
  }
}

function within(scope, selector) {
  const own = scope.matches?.(selector) ? [scope] : [];
  return [...own, ...scope.querySelectorAll(selector)];
}

/* A draft saved as it is typed -------------------------------------------------------------- */

const drafts = new WeakMap();

function keepDraft(form) {
  const status = statusLine(form);
  const draft = { typed: 0, saved: 0, left: 0, ended: false, timer: 0, request: null, later };
  drafts.set(form, draft);

  function later(wait) {
    clearTimeout(draft.timer);
    draft.timer = setTimeout(save, wait);
  }

  async function save({ leaving = false } = {}) {
    clearTimeout(draft.timer);
    const version = draft.typed;
    if (version === draft.saved || draft.ended) return;
    // Hidden, then gone: one request for both.
    if (leaving && version === draft.left) return;
    if (leaving) draft.left = version;
    draft.request?.abort();
    const request = (draft.request = new AbortController());
    // A request that outlives the page takes 64 KB at most; the ordinary one takes any form.
    const outcome = await post(form.dataset.draftUrl, new FormData(form), {
      signal: request.signal,
      keepalive: leaving,
    }).then(
      (answer) => (answer.ok ? "saved" : REFUSED.has(answer.status) ? "signed out" : "failed"),
      () => "failed",
    );
    if (request !== draft.request || draft.ended) return;
    if (outcome === "saved") {
      draft.saved = version;
      say(status, `Draft saved at ${timeNow()}`);
      return;
    }
    say(status, outcome === "failed" ? NO_SIGNAL : `Not saved. ${SIGNED_OUT}`, { failed: true });
    later(BEFORE_NEXT_TRY);
  }

  function typed() {
    draft.typed += 1;
    later(AFTER_LAST_KEY);
  }

  form.addEventListener("input", typed);
  // Sent too soon for a draft, and come back with errors: its words are only here so far.
  if (form.querySelector(".govuk-form-group--error")) typed();
  form.addEventListener("submit", () => endDraft(form));
  addEventListener("pagehide", () => save({ leaving: true }));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save({ leaving: true });
  });
  addEventListener("online", () => save());
}

/* Once the form itself is on its way, a late draft must not come back to life. */
function endDraft(form) {
  const draft = drafts.get(form);
  if (!draft) return;
  draft.ended = true;
  clearTimeout(draft.timer);
  draft.request?.abort();
}

/* It did not get through: what was typed since the last draft is still to be saved. */
function resumeDraft(form) {
  const draft = drafts.get(form);
  if (!draft) return;
  draft.ended = false;
  draft.later(BEFORE_NEXT_TRY);
}

function statusLine(form) {
  const found = form.querySelector("[data-draft-status]");
  if (found) return found;
  const line = document.createElement("p");
  line.className = "app-draft-status";
  line.setAttribute("role", "status");
  (form.querySelector(".app-sticky-action") ?? form).append(line);
  return line;
}

function say(line, words, { failed = false } = {}) {
  line.textContent = words;
  line.classList.toggle("app-draft-status--failed", failed);
}

function timeNow() {
  const london = { hour: "2-digit", minute: "2-digit", timeZone: "Europe/London" };
  return new Date().toLocaleTimeString("en-GB", london);
}

/* A form that is sent once, and can be sent again if it did not get through ------------------ */

let leftAfterSending = false;

function sendSafely(form) {
  // Sent once is seen to here; GOV.UK's way would also swallow a second try within a second.
  for (const button of form.querySelectorAll("[data-prevent-double-click]")) {
    delete button.dataset.preventDoubleClick;
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const data = new FormData(form, event.submitter);
    // While they are off, neither a click nor the Enter key sends a second time.
    const buttons = [...form.elements].filter((control) => control.type === "submit");
    buttons.forEach((button) => (button.disabled = true));
    const goal = event.submitter?.getAttribute("formaction") ?? form.getAttribute("action");
    if (await send(form, data, goal || location.href)) return;
    buttons.forEach((button) => (button.disabled = false));
    resumeDraft(form);
  });
}

/* True when the page has given way to the next one. */
async function send(form, data, goal) {
  let answer = null;
  try {
    answer = await post(goal, data);
    if (answer.status === 204) {
      leftAfterSending = true;
      location.assign(answer.headers.get("X-Location"));
      return true;
    }
    if (answer.status === 200 || answer.status === 422) {
      show(await answer.text());
      return true;
    }
  } catch {
    answer = null;
  }
  explain(form, whyNot(answer));
  return false;
}

function whyNot(answer) {
  if (!answer) return "Could not be sent. Nothing is lost. Try again when you have signal.";
  if (REFUSED.has(answer.status)) return `Could not be sent. ${SIGNED_OUT}`;
  return "The portal could not take this just now. Nothing is lost. Try again in a moment.";
}

/* The server's answer to the form (the form again, with errors) in place of this page. */
function show(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  document.title = page.title;
  body.replaceChildren(...page.body.childNodes);
  globalThis.htmx?.process(body);
  scrollTo(0, 0);
  start(body);
}

function explain(form, words) {
  form.querySelector("[data-send-error]")?.remove();
  const banner = document.createElement("div");
  banner.className = "govuk-error-summary";
  banner.dataset.sendError = "";
  banner.tabIndex = -1;
  banner.innerHTML = `
    <div role="alert">
      <h2 class="govuk-error-summary__title">Not sent</h2>
      <div class="govuk-error-summary__body"><p></p></div>
    </div>`;
  banner.querySelector("p").textContent = words;
  form.prepend(banner);
  banner.focus();
}

/* The token is read anew: signing in again, in another tab, has changed it. */
function post(url, data, options = {}) {
  const token = document.cookie.match(/csrftoken=([^;]+)/)?.[1];
  if (token) data.set("csrfmiddlewaretoken", token);
  return fetch(url, {
    method: "POST",
    body: data,
    headers: { "X-Safe-Send": "yes" },
    redirect: "manual",
    ...options,
  });
}

/* Another child ----------------------------------------------------------------------------- */

function foldEmptyChildren(form) {
  const folded = [...form.querySelectorAll("[data-optional-child]")].filter(isEmpty);
  folded.forEach((child) => (child.hidden = true));
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=add_child]");
    const next = button && folded.shift();
    // When none is left the button goes to the server, which gives more.
    if (!next) return;
    event.preventDefault();
    next.hidden = false;
    next.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  });
}

function isEmpty(child) {
  const answered = [...child.querySelectorAll("input, select, textarea")].some((control) =>
    control.type === "checkbox" || control.type === "radio"
      ? control.checked
      : control.type !== "hidden" && control.value,
  );
  return !answered && !child.querySelector(".govuk-error-message");
}

/* ------------------------------------------------------------------------------------------- */

start(document);
body.addEventListener("htmx:load", (event) => {
  if (event.target !== body) start(event.target);
});
// Back to a page whose form was sent: the browser may have kept it as it was left, buttons off.
addEventListener("pageshow", (event) => {
  if (event.persisted && leftAfterSending) location.reload();
});
