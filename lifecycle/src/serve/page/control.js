const ACTIONS = {
  restart: ["Restart", "Its work ends and begins anew. Depending on the component, all that cannot do without it goes with it."],
  disable: ["Disable", "It goes down, and all that cannot do without it goes first."],
  enable: ["Enable", "It comes up, and what was down only because it was."],
};
const TOKEN = "lifecycle-token";

/** The buttons of a component, where the app can be changed. They stay while they are the same ones, and keep the focus. */
function showControls(known) {
  const c = known.c;
  if (!app.control) return;
  if (!known.controls || known.controls.isDisabled !== c.disabled) {
    const group = el("div", "buttons");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", `Change ${c.name}`);
    for (const action of c.disabled ? ["enable"] : ["restart", "disable"]) {
      const button = el("button", "", ACTIONS[action][0]);
      button.type = "button";
      button.addEventListener("click", () => ask(action, c));
      group.append(button);
    }
    const outcome = el("p", "done-by");
    outcome.setAttribute("role", "status");
    group.append(outcome);
    if (known.controls) known.controls.group.replaceWith(group);
    else known.about.append(group);
    known.controls = { group, outcome, isDisabled: c.disabled };
  }
  setText(known.controls.outcome, outcomes.get(c.id) || "");
}

/** What came of the last change of each component. */
const outcomes = new Map();
let wish = null;

function ask(action, c) {
  wish = { action, component: c.name, id: c.id };
  const [verb, consequence] = ACTIONS[action];
  setText($("ask"), `${verb} ${c.name}?`);
  setText($("consequence"), consequence);
  setText($("confirm"), verb);
  setText($("refused"), "");
  $("secret").hidden = sessionStorage.getItem(TOKEN) !== null;
  $("dialog").showModal();
}

$("cancel").addEventListener("click", () => $("dialog").close());
$("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const token = sessionStorage.getItem(TOKEN) ?? $("token").value;
  $("confirm").disabled = true;
  try {
    const answer = await fetch("/lifecycle/control", {
      method: "POST",
      headers: { "authorization": "Bearer " + token, "content-type": "application/json" },
      body: JSON.stringify(wish),
    });
    const text = (await answer.text()).trim();
    if (answer.status === 401) {
      sessionStorage.removeItem(TOKEN);
      $("secret").hidden = false;
      setText($("refused"), "That is not the token.");
      $("token").focus();
      return;
    }
    sessionStorage.setItem(TOKEN, token);
    $("token").value = "";
    outcomes.set(wish.id, answer.ok ? text : `refused: ${text}`);
    $("dialog").close();
    showComponents(app.components.filter((c) => c.id === wish.id));
  } catch {
    setText($("refused"), "The app did not answer.");
  } finally {
    $("confirm").disabled = false;
  }
});
