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
