// The button that starts the next round, and how the job is getting on. The job runs in a
// process of its own; this only shows its record. One file, no imports.

/** Words of the button: an unfinished batch asks once more before it is given up. */
export function buttonText({ running, unanswered }, sure) {
  if (running) return "Training…";
  if (sure && unanswered > 0) return `Train with ${unanswered} unanswered?`;
  return "Train the next round";
}

function render({ model, el }) {
  el.classList.add("specoracle", "so-training");
  el.dataset.testid = "training";
  const top = document.createElement("div");
  top.className = "so-training-top";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "so-train";
  button.dataset.testid = "train";
  button.addEventListener("mousedown", (event) => event.preventDefault());
  const where = document.createElement("span");
  where.className = "so-training-where";
  top.append(button, where);
  const job = document.createElement("div");
  job.className = "so-training-job";
  const progress = document.createElement("progress");
  const message = document.createElement("span");
  message.className = "so-training-message";
  message.dataset.testid = "job";
  message.setAttribute("role", "status");
  job.append(progress, message);
  el.append(top, job);

  let sure = false;
  let timer = 0;
  const label = () => {
    button.textContent = buttonText(model.get("shown"), sure);
  };
  button.addEventListener("click", () => {
    clearTimeout(timer);
    if (model.get("shown").unanswered > 0 && !sure) {
      sure = true;
      timer = setTimeout(() => {
        sure = false;
        label();
      }, 5_000);
    } else {
      sure = false;
      model.send({ action: "train" });
      button.disabled = true;
    }
    label();
  });

  const show = () => {
    const shown = model.get("shown");
    where.textContent = shown.where;
    where.title = shown.where;
    button.disabled = shown.running;
    button.dataset.ready = String(shown.unanswered === 0);
    progress.hidden = !shown.running;
    progress.value = shown.progress;
    message.textContent = shown.message;
    message.title = shown.message;
    message.classList.toggle("so-bad", shown.failed);
    el.dataset.phase = shown.phase;
    label();
  };
  model.on("change:shown", show);
  show();
  return () => {
    clearTimeout(timer);
    model.off("change:shown", show);
  };
}

export default { render };
