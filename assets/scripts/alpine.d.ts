export interface Scope {
  $el: HTMLElement;
  [name: string]: unknown;
}
export type Component = { [name: string]: unknown } & ThisType<Scope>;
export interface AlpineLike {
  data(name: string, make: () => Component): void;
  start(): void;
}
