declare module "@alpinejs/csp" {
  const alpine: import("./alpine").AlpineLike;
  export default alpine;
}
declare module "htmx.org" {
  const htmx: unknown;
  export default htmx;
}
