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
  tell(form, "");
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const asked = new URLSearchParams({ code: form.elements.code.value, value: event.target.value });
    try {
      const answer = await fetch(`${form.dataset.try}?${asked}`, { headers: { "X-CSRF-Token": csrf } });
      if (!answer.ok || !form.isConnected || event.target.value !== asked.get("value") || saving.has(asked.get("code"))) return;
      if (/^(Đã lưu|Số đã đổi)/.test(form.querySelector(".told")?.textContent || "")) return;
      const said = parse(await answer.text()).body;
      tell(form, said.textContent.trim(), said.querySelector(".wrong-note"));
    } catch { /* saving tells when the network is away */ }
  }, 300);
});

const saving = new Map();

function contentOf(form) {
  return JSON.stringify([...new FormData(form)].map(([name, one]) => [name, one instanceof File ? [one.name, one.size] : one]));
}

// Leaving a field and pressing the button are one save.
async function save(form) {
  const code = form.elements.code.value, sent = contentOf(form);
  if (saving.get(code) === sent) return;
  saving.set(code, sent);
  try { await send(form, code, sent); } finally { if (saving.get(code) === sent) saving.delete(code); }
}

async function send(form, code, sent) {
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
  const mine = entryOf(document.getElementById(`gt-${code}`)), place = placeOf(document.activeElement);
  const hasMore = contentOf(mine) !== sent, twin = fresh.querySelector(`#so-${CSS.escape(code)} form.entry`);
  if (answer.ok && !hasMore) forget(mine);
  if (twin && (!answer.ok || hasMore)) carryOver(mine, twin);
  keepOthers(mine, fresh);
  const left = document.getElementById("bang")?.scrollLeft;
  here.replaceWith(fresh);
  if (left) document.getElementById("bang")?.scrollTo({ left });
  focusOn(place);
  if (twin && answer.ok) tell(twin, hasMore ? "Đã lưu số trước; phần vừa gõ thêm chưa lưu." : "Đã lưu.", hasMore);
}

function carryOver(form, twin) {
  for (const name of ["value", "evidence", "given_by", "given_on"]) twin.elements[name].value = form.elements[name].value;
  twin.elements.file.replaceWith(form.elements.file);
}

// What is being written in other figures stays as it is, with the file chosen for it.
function keepOthers(saved, fresh) {
  for (const form of document.querySelectorAll("#to-khai form.entry")) {
    const twin = fresh.querySelector(`#so-${CSS.escape(form.elements.code.value)} form.entry`);
    if (form !== saved && twin && isTouched(form)) twin.replaceWith(form);
  }
}

function savedValue(field) {
  return field.tagName === "SELECT" ? [...field.options].find((one) => one.defaultSelected)?.value ?? "" : field.defaultValue;
}

function isTouched(form) {
  const fields = [...form.querySelectorAll("input[type=text], select")];
  return form.elements.file.files.length > 0 || fields.some((field) => field.value !== savedValue(field));
}

function listSteps(holder) { return [...holder.querySelectorAll("a, button, input, select, textarea, summary")]; }

function placeOf(node) {
  const holder = node && node !== document.body ? node.closest("[id]") : null;
  return holder ? { id: holder.id, step: listSteps(holder).indexOf(node), at: node.selectionStart } : null;
}

function focusOn(place) {
  const holder = place && document.getElementById(place.id);
  const node = holder && place.step >= 0 ? listSteps(holder)[place.step] : holder;
  if (!node) return;
  node.focus({ preventScroll: true });
  if (Number.isInteger(place.at) && node.setSelectionRange) node.setSelectionRange(place.at, place.at);
}

document.addEventListener("submit", (event) => {
  if (event.target.action && event.target.action.endsWith("/dang-xuat")) { forgetAll(); return; }
  const form = entryOf(event.target);
  if (!form) return;
  event.preventDefault();
  save(form);
});

// A computer of an office has many who sit at it.
function forgetAll() {
  try {
    for (const key of Object.keys(localStorage)) if (key.includes("/bieu-mau/")) localStorage.removeItem(key);
  } catch { /* not allowed */ }
}

document.addEventListener("change", (event) => {
  const form = entryOf(event.target);
  if (!form || !["value", "evidence"].includes(event.target.name)) return;
  const { value, evidence, file } = form.elements;
  if (!value.value.trim() || !evidence.value.trim() || !isTouched(form)) return;
  const isOther = savedValue(value).trim() && value.value !== savedValue(value);
  if (isOther && evidence.value === savedValue(evidence) && !file.files.length) {
    tell(form, `Số đã đổi. Căn cứ “${evidence.value}” còn đúng thì bấm Lưu, không thì sửa căn cứ.`, true);
    return;
  }
  save(form);
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
