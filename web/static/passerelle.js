// Nothing here is needed: every page works without it.
"use strict";

document.querySelector("[data-focus]")?.focus();

// The sign-up counts the interests as they are chosen.
const counters = document.querySelectorAll("[data-count]");
const recount = () => {
  for (const counter of counters) {
    const chosen = document.querySelectorAll(`input[value="${counter.dataset.count}"]:checked`).length;
    counter.querySelector("span").textContent = chosen;
    counter.classList.toggle("is-over", chosen > Number(counter.dataset.most));
  }
};
if (counters.length) {
  document.addEventListener("change", recount);
  recount();
}

// A password can be shown while it is typed; it is hidden again before it is sent.
for (const field of document.querySelectorAll("input[data-show]")) {
  const box = document.createElement("input");
  box.type = "checkbox";
  box.className = "form-check-input";
  box.setAttribute("aria-controls", field.id);
  const label = document.createElement("label");
  label.className = "show-password";
  label.append(box, field.dataset.show);
  const turn = () => { field.type = box.checked ? "text" : "password"; };
  box.addEventListener("change", turn);
  field.form?.addEventListener("submit", () => { box.checked = false; turn(); });
  field.after(label);
}

// Paper is offered where there is a script to ask for it.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// What is typed goes with the reader into the other language; it is kept for that one step. No password or code does.
const typed = () => [...document.querySelectorAll("main form[method=post] [name]")]
  .filter((field) => !/hidden|password|file|submit|button/.test(field.type) && !/off|code/.test(field.autocomplete));
const carried = JSON.parse(sessionStorage.getItem("carried"));
sessionStorage.removeItem("carried");
if (carried?.page === location.pathname + location.search && carried.names === typed().map((field) => field.name).join()) {
  typed().forEach((field, number) => {
    const { value, checked } = carried.fields[number];
    if (field.value === value && Boolean(field.checked) === checked) return;
    Object.assign(field, /radio|checkbox/.test(field.type) ? { checked } : { value });
    field.closest("details")?.setAttribute("open", "");
  });
  recount();
}
document.querySelector("form.language-switch")?.addEventListener("submit", (event) => {
  const page = event.target.elements.next?.value;
  const fields = typed().map((field) => ({ value: field.value, checked: Boolean(field.checked) }));
  const names = typed().map((field) => field.name).join();
  sessionStorage.setItem("carried", JSON.stringify({ page, names, fields }));
});
