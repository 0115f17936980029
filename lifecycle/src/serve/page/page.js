const $ = (id) => document.getElementById(id);

/** An element with a class and a text; texts of the app are never code. */
function el(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

/** The mark of a look: a shape of its own, for those who do not see the colour. */
function mark(look) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", "#m-" + look);
  svg.setAttribute("class", "mark " + look);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** What is known of the app; `age` goes on between two messages. */
const app = { name: "", phase: "", control: false, groups: [], components: [], start: null, events: [], ageAt: 0, heardAt: 0 };

const age = () => app.ageAt + (app.isOver ? 0 : performance.now() - app.heardAt);

function span(ms) {
  if (ms < 1) return Math.round(ms * 1000) + " µs";
  if (ms < 1000) return Math.round(ms) + " ms";
  const s = ms / 1000;
  if (s < 10) return s.toFixed(1) + " s";
  if (s < 120) return Math.round(s) + " s";
  if (s < 7200) return Math.floor(s / 60) + " min";
  if (s < 172800) return Math.floor(s / 3600) + " h";
  return Math.floor(s / 86400) + " d";
}

/** Whole seconds, so that what runs on does not flicker. */
const since = (ms) => (ms < 1000 ? "< 1 s" : span(Math.floor(ms / 1000) * 1000).replace(".0 s", " s"));

const clock = (atMs) => new Date(Date.now() - age() + atMs).toTimeString().slice(0, 8);

const BUSY = { loading: "loading", queued: "in line", starting: "starting", warming: "not ready yet" };
const GOING = { recalling: "restarting", tidying: "restarting", quiescing: "stopping", stopping: "stopping", cleaning: "cleaning up" };

/** How a component looks: the mark, the word, and how much it matters. */
function look(c) {
  const level = c.health.level;
  if (c.state === "given_up") return { as: "bad", word: "given up" };
  if (c.failed) return { as: "bad", word: "failed" };
  if (c.state === "up") {
    if (level === "unhealthy") return { as: "bad", word: "unhealthy" };
    if (level === "warning") return { as: "warn", word: "degraded" };
    if (level === "hint") return { as: "hint", word: "up with a hint" };
    return c.finished ? { as: "done", word: "finished" } : { as: "ok", word: "up" };
  }
  if (c.state === "retrying" || c.state === "restarting") return { as: "warn", word: c.state };
  if (BUSY[c.state]) return { as: "busy", word: BUSY[c.state] };
  if (GOING[c.state]) return { as: "busy", word: GOING[c.state] };
  if (c.disabled) return { as: "off", word: "disabled" };
  return c.waits_for.length ? { as: "wait", word: "waiting" } : { as: "off", word: "down" };
}

/** The last error that each component had, as the events told it: its text, and when. */
const failures = new Map();

/** The text of an event without the name of its component, for where that stands already. */
function besides(event) {
  const name = "`" + event.component + "` ";
  return event.text.startsWith(name) ? event.text.slice(name.length) : event.text;
}

/** What a component does, or waits for, or what is wrong with it. */
function doing(c) {
  const parts = [];
  const isBroken = c.failed || c.state === "retrying" || c.state === "restarting";
  // Of what is down for another one it is enough to say for which.
  const isDown = c.state === "down" && !c.failed;
  const isTold = isDown && (c.waits_for.length || c.disabled);
  if (c.health.reason && !isTold) parts.push(c.health.reason);
  else if (isBroken && failures.has(c.name)) parts.push(besides(failures.get(c.name)));
  if (c.waits_for.length && c.state !== "up") {
    const [first, second, third, ...others] = c.waits_for;
    const names = [first, second, third].filter(Boolean).join(", ");
    parts.push("waits for " + names + (others.length ? ` and ${others.length} more` : ""));
  }
  if (c.note && !isDown && !(c.state === "up" && parts.length)) parts.push(c.note);
  return parts.join("; ");
}

const PHASES = { new: ["busy", "not begun"], loading: ["busy", "loading"], starting: ["busy", "starting"], running: ["ok", "running"], draining: ["warn", "draining"], stopping: ["warn", "stopping"], cleaning: ["warn", "cleaning up"], ended: ["off", "ended"] };

function showHeader() {
  setText($("app"), app.name);
  const [as, word] = PHASES[app.phase] || ["off", app.phase];
  const rising = as === "busy";
  setText($("phase"), word);
  $("phase").className = "phase " + as;
  const groups = app.groups.map((group) => {
    const item = el("li", group.passing ? "ok" : rising ? "busy" : "bad");
    item.append(mark(group.passing ? "done" : rising ? "busy" : "bad"), el("span", "", group.name + (group.passing ? "" : rising ? " not yet" : " fails")));
    item.title = group.failing.map((f) => (f.component || "app") + ": " + f.reason).join("\n");
    return item;
  });
  $("groups").replaceChildren(...groups);
  // Of an app that is over nobody can ask anything.
  $("groups").hidden = app.isOver;
  const ready = app.groups.find((group) => group.name === "readiness");
  document.title = app.name + ": " + (word === "running" ? (ready && ready.passing ? "ready" : "not ready") : word);
  showTroubles();
}

/** What somebody should see first. Who only waits for others is no trouble of its own. */
function showTroubles() {
  const bad = [];
  const other = [];
  const add = (as, name, why) => {
    const item = el("li");
    const text = el("span", "why");
    if (name) text.append(el("b", "", name), " ");
    text.append(why);
    item.append(mark(as), text);
    if (as === "bad") bad.push(item);
    else other.push(item);
  };
  for (const group of app.groups) {
    for (const failing of group.passing ? [] : group.failing) {
      if (!failing.component && app.phase === "running") add("bad", "", `${group.name}: ${failing.reason}`);
    }
  }
  for (const c of app.components) {
    const { as, word } = look(c);
    if (as === "bad" || as === "warn") add(as, c.name, `is ${word}${doing(c) ? ": " + doing(c) : ""}`);
  }
  if (!bad.length && !other.length && app.phase === "running") {
    // Nothing is ill, and yet a probe fails: something is disabled, say.
    const failing = app.groups.flatMap((group) => (group.passing ? [] : group.failing));
    const told = new Set();
    for (const { component, reason } of failing) {
      if (!told.has(component)) add("off", component || "", reason);
      told.add(component);
    }
  }
  const items = bad.concat(other);
  const most = 12;
  if (items.length > most) {
    const others = items.length - most;
    items.length = most;
    items.push(el("li", "done-by", `and ${others} more`));
  }
  $("trouble").className = bad.length ? "trouble" : "trouble is-mild";
  $("trouble").hidden = items.length === 0;
  $("troubles").replaceChildren(...items);
}

function tick() {
  setText($("age"), app.phase === "" ? "" : (app.isOver ? "after " : "for ") + since(age()));
  showAges();
}
