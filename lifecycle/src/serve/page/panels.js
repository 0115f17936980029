/** How many rows of the start are shown at first. */
const FIRST_STARTS = 24;
/** How many events are kept here, as the server does. */
const EVENTS = 200;

let allStarts = false;
$("more").addEventListener("click", () => {
  allStarts = true;
  showStart();
});

/** Where the time of the start went. */
function showStart() {
  const start = app.start;
  if (!start) {
    const up = app.components.filter((c) => c.state === "up").length;
    setText($("total"), app.phase === "running" ? "" : `${up} of ${app.components.length} up so far`);
    $("starts").replaceChildren();
    $("path").hidden = true;
    $("more").hidden = true;
    return;
  }
  const serial = start.rows.reduce((sum, row) => sum + row.worked_ms, 0);
  setText($("total"), `up after ${span(start.total_ms)}` + (serial > start.total_ms ? `; one after the other, ${span(serial)}` : ""));
  const shown = allStarts ? start.rows : start.rows.slice(0, FIRST_STARTS);
  const whole = Math.max(start.total_ms, ...start.rows.map((row) => row.since_ms + row.waited_ms + row.worked_ms), 0.001);
  $("starts").replaceChildren(...shown.map((row) => {
    const line = el("tr");
    const track = el("div", "track");
    const waited = el("span", "waited");
    const worked = el("span", "worked" + (row.failed ? " failed" : row.critical ? " critical" : ""));
    waited.style.width = (100 * (row.since_ms + row.waited_ms)) / whole + "%";
    worked.style.width = (100 * row.worked_ms) / whole + "%";
    const whom = row.waited_for ? ` for ${row.waited_for}` : "";
    const words = `waited ${span(row.waited_ms)}${whom}, then worked ${span(row.worked_ms)}${row.critical ? "; the start took as long as it did because of this" : ""}`;
    track.append(waited, worked, el("span", "unseen", words));
    track.title = words;
    const cell = el("td");
    cell.append(track);
    const name = el("td", row.critical ? "is-critical" : "", row.name);
    line.append(name, cell, el("td", "", span(row.worked_ms)));
    return line;
  }));
  $("path").hidden = false;
  $("more").hidden = shown.length === start.rows.length;
  setText($("more"), `Show all ${start.rows.length}`);
}

/** Pools, tasks, schedules and handlers, with their numbers. */
function showWork() {
  const lines = [];
  const add = (what, c, now, waiting, done, failed, lost, text) => {
    const line = el("tr");
    const number = (name, value) => {
      const cell = el("td", "number" + (value && (name === "failed" || name === "lost") ? " bad" : ""), value === null ? "" : String(value));
      cell.dataset.what = name;
      return cell;
    };
    line.append(el("td", "", what), el("td", "", c.name), number("now", now), number("waiting", waiting), number("done", done), number("failed", failed), number("lost", lost), el("td", "", text || ""));
    lines.push(line);
  };
  const last = (errors) => (errors && errors.length ? errors[errors.length - 1] : "");
  for (const c of app.components) {
    for (const { name, stats, errors } of c.pools) {
      add(name === c.name ? "pool" : `pool ${name}`, c, stats.running, stats.queued, stats.done, stats.failed + stats.panicked, stats.handed_back + stats.refused, last(errors));
    }
    if (c.tasks) {
      const { stats, errors } = c.tasks;
      const ended = stats.done + stats.failed + stats.panicked + stats.cut_off;
      add("tasks", c, Math.max(0, stats.begun - ended), null, stats.done, stats.failed + stats.panicked, stats.cut_off + stats.dropped, last(errors));
    }
    for (const { name, stats, errors } of c.handlers) {
      add(`events of ${name}`, c, null, stats.waiting, stats.handled, stats.failed + stats.panicked, stats.cut_off + stats.dropped + stats.missed, last(errors));
    }
    for (const s of c.schedules) {
      const next = s.next_ms === null ? "" : `next at ${clock(s.next_ms)}`;
      const ended = Math.max(0, s.runs - s.failed - s.panicked - (s.running ? 1 : 0));
      add(`schedule ${s.name}`, c, s.running ? 1 : 0, null, ended, s.failed + s.panicked, s.skipped, s.failing && s.last_error ? s.last_error : next);
    }
  }
  $("work").hidden = lines.length === 0;
  $("works").replaceChildren(...lines);
}

let isPaused = false;
let held = [];
$("pause").addEventListener("click", () => {
  isPaused = !isPaused;
  $("pause").setAttribute("aria-pressed", String(isPaused));
  setText($("pause"), isPaused ? "Go on" : "Pause");
  $("events").setAttribute("aria-live", isPaused ? "off" : "polite");
  if (!isPaused) addEvents(held.splice(0));
});

const LEVELS = { info: "off", warn: "warn", error: "bad" };

/** Puts new events on top. */
function addEvents(events) {
  if (isPaused) {
    held = held.concat(events).slice(-EVENTS);
    setText($("pause"), `Go on (${held.length} more)`);
    return;
  }
  const list = $("events");
  for (const event of events) {
    const item = el("li");
    const said = el("span", "said");
    const text = besides(event);
    if (event.component) said.append(el("b", "", event.component), event.kind === "change" || text !== event.text ? " " : ": ");
    said.append(text);
    const time = el("time", "", clock(event.at_ms));
    time.title = `${span(event.at_ms)} after the app began`;
    const level = mark(LEVELS[event.level] || "off");
    if (event.level === "info") level.style.visibility = "hidden";
    item.append(time, level, said);
    list.prepend(item);
  }
  while (list.children.length > EVENTS) list.lastChild.remove();
}
