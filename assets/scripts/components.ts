// Alpine components; templates name them with x-data and hold no code, because the policy forbids evaluation.
import type { AlpineLike, Component } from "./alpine";

/** Shows a part while a field has one of the values in data-values; a hidden part is not sent. */
function dependent(this: unknown): Component {
  return {
    shown: true,
    init() {
      const part = this.$el;
      const name = part.dataset["field"] ?? "";
      const wanted = (part.dataset["values"] ?? "").split(" ");
      const form = part.closest("form");
      const decide = (): void => {
        if (!form) return;
        const given = new FormData(form).getAll(name).map(String);
        this.shown = given.some((value) => wanted.includes(value));
        part.hidden = !this.shown;
        for (const control of part.querySelectorAll<HTMLInputElement>("input, select, textarea"))
          control.disabled = !this.shown;
      };
      form?.addEventListener("change", decide);
      decide();
    },
  };
}

/** Counts the characters of the field inside, as a Chinese office counts them. */
function counter(): Component {
  return {
    count: 0,
    init() {
      const field = this.$el.querySelector<HTMLTextAreaElement>("textarea, input");
      const show = (): void => {
        this.count = Array.from(field?.value ?? "").length;
      };
      field?.addEventListener("input", show);
      show();
    },
  };
}

export function register(alpine: AlpineLike): void {
  alpine.data("dependent", dependent);
  alpine.data("counter", counter);
}
