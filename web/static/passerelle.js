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
