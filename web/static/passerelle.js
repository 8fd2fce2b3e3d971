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
  const button = document.createElement("button");
  button.type = "button";
  button.className = "show-password";
  button.setAttribute("aria-controls", field.id);
  const turn = (shown) => {
    field.type = shown ? "text" : "password";
    button.textContent = shown ? field.dataset.hide : field.dataset.show;
    button.setAttribute("aria-label", `${button.textContent} : ${field.labels[0].textContent.trim()}`);
  };
  button.addEventListener("click", () => turn(field.type === "password"));
  field.form?.addEventListener("submit", () => turn(false));
  turn(false);
  field.after(button);
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
