/* What was typed into a form that was refused stands in it again: it was sent, the page came anew, and nothing else keeps it.
   It is kept for that one page only; passwords, codes and files never are. */
(() => {
  "use strict";
  const KEPT = "typed";
  const MOST = 500000; // letters
  const action = (form) => form.getAttribute("action");
  // What a form is about, by which it is known among others of its kind; the token and the way back change.
  const about = (form) => JSON.stringify([...form.elements]
    .filter((one) => one.type === "hidden" && !["csrf", "back"].includes(one.name)).map((one) => [one.name, one.value]));
  const fields = (form) => [...form.elements]
    .filter((one) => one.name && one.matches("input, textarea, select") && one.autocomplete !== "one-time-code" && !["hidden", "password", "file", "submit"].includes(one.type));
  const what = (field) => (["checkbox", "radio"].includes(field.type) ? "checked" : "value");
  const alike = (form) => [...document.querySelectorAll("form[method='post']")].filter((one) => action(one) === action(form));

  document.addEventListener("submit", ({ target: form }) => {
    if (!form.matches("form[method='post']")) return;
    const known = { action: action(form), about: about(form), alone: alike(form).length === 1 };
    const said = JSON.stringify({ ...known, typed: fields(form).map((one) => [one.name, one[what(one)]]) });
    try {
      if (said.length < MOST) sessionStorage.setItem(KEPT, said);
    } catch { /* a browser that keeps nothing */ }
  });

  const putBack = (kept) => {
    const forms = [...document.querySelectorAll("#first form[method='post']")].filter((one) => action(one) === kept.action);
    const form = forms.find((one) => about(one) === kept.about) || (kept.alone && forms.length === 1 ? forms[0] : null);
    if (!form) return;
    fields(form).forEach((one, at) => {
      const [name, value] = kept.typed[at] || [];
      if (name === one.name) one[what(one)] = value;
    });
  };
  let kept = null;
  try {
    kept = sessionStorage.getItem(KEPT);
    sessionStorage.removeItem(KEPT);
  } catch { /* a browser that keeps nothing */ }
  if (kept && document.querySelector("#said.refused")) putBack(JSON.parse(kept));
})();
