"use strict";
// Ours alone. Without it every page works; with it a figure is judged while it is typed, saved when its field is left,
// and what was typed while the network was away is offered again.

const csrf = document.body.dataset.csrf || "";

function entryOf(node) { return node instanceof Element ? node.closest("form.entry") : null; }

function tell(form, text, isWrong) {
  const told = form.querySelector(".told");
  if (told) { told.textContent = text; told.classList.toggle("wrong-note", Boolean(isWrong)); }
}

function keep(form) {
  const value = form.elements.value.value, evidence = form.elements.evidence.value;
  try { localStorage.setItem(form.dataset.keep, JSON.stringify({ value, evidence })); } catch { /* full, or not allowed */ }
}

function forget(form) { try { localStorage.removeItem(form.dataset.keep); } catch { /* as above */ } }

function parse(html) { return new DOMParser().parseFromString(html, "text/html"); }

let waiting = 0;
document.addEventListener("input", (event) => {
  const form = entryOf(event.target);
  if (!form || event.target.type === "file") return;
  keep(form);
  if (event.target.name !== "value") return;
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const asked = new URLSearchParams({ code: form.elements.code.value, value: event.target.value });
    try {
      const answer = await fetch(`${form.dataset.try}?${asked}`, { headers: { "X-CSRF-Token": csrf } });
      if (!answer.ok) return;
      const said = parse(await answer.text()).body;
      tell(form, said.textContent.trim(), said.querySelector(".wrong-note"));
    } catch { /* saving tells when the network is away */ }
  }, 300);
});

async function save(form) {
  tell(form, "Đang lưu…");
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-CSRF-Token": csrf } });
  } catch {
    tell(form, "Mất kết nối. Số bạn gõ được giữ trong trình duyệt này; mở lại trang để lưu tiếp.", true);
    return;
  }
  if (answer.status === 401) { tell(form, "Phiên đăng nhập đã hết. Đăng nhập lại; số bạn gõ vẫn được giữ.", true); return; }
  const fresh = parse(await answer.text()).getElementById("to-khai");
  const here = document.getElementById("to-khai");
  if (!fresh || !here) { tell(form, "Chưa lưu được. Tải lại trang rồi thử lại.", true); return; }
  const focused = document.activeElement ? document.activeElement.id : "";
  const id = form.querySelector("[name=value]").id;
  const drafts = unsaved(form);
  if (answer.ok) forget(form);
  here.replaceWith(fresh);
  restore(drafts);
  const again = document.getElementById(focused);
  if (again) again.focus({ preventScroll: true });
  const mine = entryOf(document.getElementById(id));
  if (mine && answer.ok) tell(mine, "Đã lưu.");
}

// What stands in other fields and is not saved yet must outlive the exchange of the page's part.
function unsaved(saving) {
  const found = [];
  for (const form of document.querySelectorAll("form.entry")) {
    if (form === saving) continue;
    for (const field of form.querySelectorAll("input[type=text], select")) {
      const was = field.tagName === "SELECT" ? [...field.options].find((one) => one.defaultSelected)?.value ?? "" : field.defaultValue;
      if (field.value !== was) found.push([field.id, field.value]);
    }
  }
  return found;
}

function restore(drafts) {
  for (const [id, value] of drafts) { const field = document.getElementById(id); if (field) field.value = value; }
}

document.addEventListener("submit", (event) => {
  const form = entryOf(event.target);
  if (!form) return;
  event.preventDefault();
  save(form);
});

document.addEventListener("change", (event) => {
  const form = entryOf(event.target);
  if (!form || !["value", "evidence"].includes(event.target.name)) return;
  if (form.elements.value.value.trim() && form.elements.evidence.value.trim()) save(form);
});

function offerDrafts() {
  for (const form of document.querySelectorAll("form.entry")) {
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(form.dataset.keep)); } catch { /* nothing of ours */ }
    if (!kept) continue;
    if (kept.value === form.elements.value.value && kept.evidence === form.elements.evidence.value) { forget(form); continue; }
    const offer = document.createElement("p");
    offer.className = "draft";
    offer.append(`Bạn đã gõ “${kept.value}” mà chưa lưu. `);
    const take = document.createElement("button"), drop = document.createElement("button");
    take.type = drop.type = "button";
    take.className = drop.className = "second";
    take.textContent = "Dùng lại";
    drop.textContent = "Bỏ";
    take.addEventListener("click", () => {
      form.elements.value.value = kept.value;
      form.elements.evidence.value = kept.evidence;
      offer.remove();
      form.elements.value.focus();
    });
    drop.addEventListener("click", () => { forget(form); offer.remove(); });
    offer.append(take, " ", drop);
    form.prepend(offer);
  }
}
offerDrafts();

// A run's progress, line by line as it is told; without script the page asks again by itself.
const running = document.querySelector("[data-stream]");
if (running && "EventSource" in window) {
  const stream = new EventSource(running.dataset.stream);
  stream.addEventListener("line", (event) => {
    const line = document.createElement("li");
    line.textContent = event.data;
    running.append(line);
  });
  stream.addEventListener("end", () => { stream.close(); window.location.reload(); });
}
