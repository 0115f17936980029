/** The rows of the table by the component's id: `{row, more, ...}`. */
const rows = new Map();
/** From how many components on the list scrolls by itself. */
const LONG = 40;
const KINDS = { resource: "resource", service: "service", worker_pool: "worker pool", main: "main" };

function makeRow(c) {
  const row = el("tr", "row");
  const more = el("tr", "more");
  more.hidden = true;
  more.id = "more-" + c.id;
  const cells = Array.from({ length: 5 }, () => el("td"));
  const name = el("button", "name", c.name);
  name.type = "button";
  name.setAttribute("aria-expanded", "false");
  name.setAttribute("aria-controls", more.id);
  cells[1].append(name, el("span", "kind", KINDS[c.kind] || c.kind));
  cells[4].className = "number";
  row.append(...cells);
  const about = el("td");
  about.colSpan = 5;
  more.append(about);
  const known = { row, more, cells, name, about, c };
  name.addEventListener("click", () => open(known, more.hidden));
  rows.set(c.id, known);
  return known;
}

function open(known, isOpen) {
  known.more.hidden = !isOpen;
  known.name.setAttribute("aria-expanded", String(isOpen));
  if (isOpen) showDetails(known);
}

function showRow(known) {
  const c = known.c;
  const { as, word } = look(c);
  known.row.className = "row is-" + as;
  const state = el("span", "state " + as);
  state.append(mark(as), word);
  known.cells[0].replaceChildren(state);
  setText(known.cells[3], doing(c));
  setText(known.cells[4], c.restarts ? String(c.restarts) : "");
  known.row.hidden = isLeftOut(c);
  if (known.row.hidden) known.more.hidden = true;
  else known.more.hidden = known.name.getAttribute("aria-expanded") !== "true";
  if (!known.more.hidden) showDetails(known);
}

function isLeftOut(c) {
  const text = $("find").value.trim().toLowerCase();
  if (text && !c.name.toLowerCase().includes(text)) return true;
  return $("only").checked && ["ok", "done", "hint"].includes(look(c).as);
}

/** All that is known of one component. */
function showDetails(known) {
  const c = known.c;
  const list = el("dl", "about");
  const tell = (what, text) => {
    if (text) list.append(el("dt", "", what), el("dd", "", text));
  };
  tell("Doing", c.note);
  tell("Waits for", c.waits_for.join(", "));
  tell("Depends on", c.dependencies.map((d) => d.name + (d.kind === "hard" ? "" : ` (${d.kind})`)).join(", "));
  const above = app.components.filter((other) => other.dependencies.some((d) => d.name === c.name));
  tell("Needed by", above.map((other) => other.name).join(", "));
  tell("Start", c.attempt ? `attempt ${c.attempt}` + (c.restarts ? `, restarted ${c.restarts === 1 ? "once" : c.restarts + " times"}` : "") : "not started yet");
  for (const [what, text] of healthLines(c)) tell(what, text);
  if (known.list) known.list.replaceWith(list);
  else known.about.prepend(list);
  known.list = list;
  showControls(known);
}

function healthLines(c) {
  const lines = [];
  const check = c.check;
  lines.push(["Health", c.health.level + (c.health.reason ? ": " + c.health.reason : "")]);
  if (check) {
    const result = check.level + (check.reason ? ": " + check.reason : "");
    const row = check.failures > 1 ? `, ${check.failures} failed in a row` : "";
    const hang = check.hanging_ms ? `; one has been hanging for ${span(check.hanging_ms)}` : "";
    lines.push(["Last check", `at ${clock(check.at_ms)}, took ${span(check.took_ms)}${row}${hang}: ${result}`]);
  }
  for (const condition of c.conditions) {
    lines.push(["Condition", `${condition.key}: ${condition.level}${condition.reason ? ": " + condition.reason : ""}`]);
  }
  const failure = failures.get(c.name);
  if (failure) lines.push(["Last failure", clock(failure.at_ms) + " " + besides(failure)]);
  if (c.errors.length) {
    lines.push(["Last errors", c.errors.slice(-5).reverse().map((e) => clock(e.at_ms) + " " + e.error).join("\n")]);
  }
  return lines;
}

function showComponents(changed) {
  const fresh = document.createDocumentFragment();
  for (const c of changed) {
    let known = rows.get(c.id);
    if (!known) {
      known = makeRow(c);
      fresh.append(known.row, known.more);
    }
    known.c = c;
    showRow(known);
  }
  $("rows").append(fresh);
  $("list").classList.toggle("is-long", rows.size > LONG);
  showCounts();
}

function showCounts() {
  const counts = new Map();
  for (const c of app.components) {
    const { word } = look(c);
    counts.set(word, (counts.get(word) || 0) + 1);
  }
  const parts = [...counts].map(([word, count]) => `${count} ${word}`);
  const total = app.components.length;
  setText($("counts"), `${total} ${total === 1 ? "component" : "components"}: ${parts.join(", ")}`);
  $("nobody").hidden = app.components.some((c) => !isLeftOut(c));
}

function showAges() {
  const now = age();
  for (const known of rows.values()) {
    if (!known.row.hidden) setText(known.cells[2], since(now - Math.max(known.c.since_ms, known.c.health.since_ms)));
  }
}

function refilter() {
  for (const known of rows.values()) showRow(known);
  showCounts();
  showAges();
}
$("find").addEventListener("input", refilter);
$("only").addEventListener("change", refilter);

/** Goes to a component in the list, from the graph. */
function goTo(id) {
  const known = rows.get(id);
  if (!known) return;
  if (known.row.hidden) {
    $("find").value = "";
    $("only").checked = false;
    refilter();
  }
  open(known, true);
  known.name.focus({ preventScroll: true });
  known.row.scrollIntoView({ block: "center" });
}
