"use strict";
(() => {
  const study = JSON.parse(document.getElementById("study").textContent);
  const plan = document.querySelector("svg.plan");
  const tip = document.getElementById("tip");
  const detail = document.getElementById("detail");
  const hint = detail.innerHTML;
  const whole = plan.viewBox.baseVal;
  const W = whole.width, H = whole.height;
  let view = [0, 0, W, H];
  const make = (tag, text, parent) => {
    const element = document.createElement(tag);
    element.textContent = text;
    if (parent) parent.append(element);
    return element;
  };
  const show = () => {
    plan.setAttribute("viewBox", view.join(" "));
    plan.style.setProperty("--k", Math.pow(view[2] / W, 0.82));
  };
  const zoom = (factor, px = 0.5, py = 0.5) => {
    if (!factor) { view = [0, 0, W, H]; return show(); }
    const width = Math.min(W * 1.6, Math.max(W / 60, view[2] * factor)), height = width * H / W;
    view = [view[0] + (view[2] - width) * px, view[1] + (view[3] - height) * py, width, height];
    show();
  };
  document.querySelectorAll("[data-zoom]").forEach(b => b.addEventListener("click", () => zoom(+b.dataset.zoom)));
  plan.addEventListener("wheel", event => {
    event.preventDefault();
    const box = plan.getBoundingClientRect();
    zoom(event.deltaY > 0 ? 1.18 : 0.85, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  }, { passive: false });
  let grip = null, moved = false;
  plan.addEventListener("pointerdown", event => { grip = [event.clientX, event.clientY, ...view]; moved = false; });
  addEventListener("pointermove", event => {
    if (!grip) return;
    const dx = event.clientX - grip[0], dy = event.clientY - grip[1];
    if (Math.abs(dx) + Math.abs(dy) > 4) moved = true;
    const box = plan.getBoundingClientRect();
    view[0] = grip[2] - dx / box.width * view[2];
    view[1] = grip[3] - dy / box.height * view[3];
    plan.classList.add("drag");
    show();
  });
  addEventListener("pointerup", () => { grip = null; plan.classList.remove("drag"); });

  const hidden = new Set();
  document.querySelectorAll("#legend button").forEach(button => button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") === "true";
    button.setAttribute("aria-pressed", String(!on));
    on ? hidden.add(button.dataset.group) : hidden.delete(button.dataset.group);
    plan.querySelectorAll("[data-group]").forEach(path => { path.style.display = hidden.has(path.dataset.group) ? "none" : ""; });
  }));

  const at = event => {
    const box = plan.parentElement.getBoundingClientRect();
    const x = event.clientX - box.left, y = event.clientY - box.top;
    tip.style.left = Math.min(x + 14, box.width - 300) + "px";
    tip.style.top = (y + 16) + "px";
  };
  const mark = ids => {
    plan.classList.toggle("faded", ids !== null);
    plan.querySelectorAll(".on").forEach(e => e.classList.remove("on"));
    if (ids) ids.forEach(id => plan.querySelectorAll(`[data-id="${CSS.escape(id)}"]`).forEach(e => e.classList.add("on")));
  };
  let chosen = null;
  const marked = firm => [firm, ...study.lines.filter(l => l.g === firm || l.t === firm).flatMap(l => [l.id, l.g, l.t])];
  const line = id => study.lines.find(l => l.id === id);
  const firmName = id => (study.firms[id] || [id, ""])[0];
  plan.addEventListener("pointerover", event => {
    const id = event.target.dataset.id;
    if (!id) return;
    tip.replaceChildren();
    const l = event.target.classList.contains("hit") ? line(id) : null;
    make("b", l ? `${firmName(l.g)} → ${firmName(l.t)}` : firmName(id), tip);
    make("div", l ? `${l.m} · ${l.q} · ${l.d}` : (study.firms[id] || ["", ""])[1], tip);
    if (l) make("div", l.f, tip);
    tip.hidden = false;
    mark(l ? [id, l.g, l.t] : marked(id));
  });
  plan.addEventListener("pointermove", at);
  plan.addEventListener("pointerout", () => { tip.hidden = true; mark(chosen ? marked(chosen) : null); });
  const list = (title, rows, other, columns) => {
    if (!rows.length) return;
    const parent = make("div", "", columns);
    make("h3", title, parent);
    const ul = make("ul", "", parent);
    rows.forEach(l => { const li = make("li", `${l.m} · ${l.q}`, ul); make("small", other ? `${firmName(l[other])} · ${l.d} · ${l.f}` : l.d, li); });
  };
  const choose = id => {
    chosen = id;
    mark(id ? marked(id) : null);
    if (!id) { detail.innerHTML = hint; return; }
    detail.replaceChildren();
    const who = make("p", "", detail);
    who.className = "who";
    make("b", firmName(id), who);
    who.append(" · " + (study.firms[id] || ["", ""])[1]);
    const columns = make("div", "", detail);
    columns.className = "columns";
    list(study.words.gives, study.lines.filter(l => l.g === id), "t", columns);
    list(study.words.takes, study.lines.filter(l => l.t === id), "g", columns);
    list(study.words.left, (study.left[id] || []).map(u => ({ m: u[0], q: u[1], d: u[2] })), "", columns);
  };
  plan.addEventListener("click", event => {
    if (moved) return;
    choose(event.target.classList.contains("firm") ? event.target.dataset.id : null);
  });
  plan.addEventListener("keydown", event => {
    if (event.key === "Enter" && event.target.classList.contains("firm")) choose(event.target.dataset.id);
    if (event.key === "Escape") choose(null);
  });

  const table = document.getElementById("lines");
  if (!table) return;
  const body = table.tBodies[0], rows = [...body.rows];
  const search = document.getElementById("search"), found = document.getElementById("found");
  const bare = text => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const texts = rows.map(row => bare(row.textContent));
  search.addEventListener("input", () => {
    const wanted = bare(search.value.trim()).split(/\s+/);
    let count = 0;
    rows.forEach((row, i) => { const hit = wanted.every(w => texts[i].includes(w)); row.hidden = !hit; count += hit; });
    found.textContent = search.value ? `${count} / ${rows.length}` : "";
  });
  let sorted = -1, up = true;
  table.tHead.querySelectorAll("th button").forEach((button, i) => button.addEventListener("click", () => {
    up = sorted === i ? !up : i < 4;
    sorted = i;
    const value = row => { const v = row.cells[i].dataset.v; return v === undefined ? bare(row.cells[i].textContent) : (v === "" ? -Infinity : +v); };
    const keyed = rows.map(row => [value(row), row]);
    keyed.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0) * (up ? 1 : -1));
    table.tHead.querySelectorAll("th").forEach((th, j) => th.setAttribute("aria-sort", j === i ? (up ? "ascending" : "descending") : "none"));
    body.append(...keyed.map(pair => pair[1]));
  }));
  body.addEventListener("mouseover", event => {
    const row = event.target.closest("tr"), l = row && line(row.dataset.id);
    mark(l ? [l.id, l.g, l.t] : null);
  });
  body.addEventListener("mouseleave", () => mark(chosen ? marked(chosen) : null));
})();
