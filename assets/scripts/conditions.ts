// Conditions of a form, by the same rules as bihuan.instruments.conditions: true, false, or null for "cannot be known".

export type Scalar = string | number | boolean;
export type Answer = Scalar | string[] | Record<string, number>;
export type Answers = ReadonlyMap<string, Answer>;
// ["&", …] every, ["|", …] some, ["!", one] no, [operator, item, value] a test
export type Condition = [string, ...unknown[]];

const NUMERIC = /^-?[0-9]{1,15}(\.[0-9]{1,15})?$/;
const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;

export function evaluate(condition: Condition, answers: Answers): boolean | null {
  const [sign, ...rest] = condition;
  if (sign === "&" || sign === "|") {
    const decided = sign === "|";
    let result: boolean | null = !decided;
    for (const part of rest as Condition[]) {
      const one = evaluate(part, answers);
      if (one === decided) return decided;
      if (one === null) result = null;
    }
    return result;
  }
  if (sign === "!") {
    const one = evaluate(rest[0] as Condition, answers);
    return one === null ? null : !one;
  }
  return tested(sign, answers.get(rest[0] as string), rest[1]);
}

export function holds(condition: Condition | undefined, answers: Answers): boolean {
  return condition === undefined || evaluate(condition, answers) === true;
}

function tested(sign: string, given: Answer | undefined, value: unknown): boolean | null {
  const isAnswered = !isBlank(given);
  if (sign === "answered") return isAnswered;
  if (!isAnswered) return null;
  const has = (other: unknown) => parts(given).some((one) => same(one, other));
  switch (sign) {
    case "=":
      return same(given, value);
    case "!=":
      return !same(given, value);
    case "in":
      return listed(value).some((one) => same(given, one));
    case "has":
      return has(value);
    case "has_any":
      return listed(value).some(has);
    case "has_all":
      return listed(value).every(has);
    case "count>=":
    case "count<=":
      return ordered(sign.slice(5), parts(given).length, value);
  }
  return ordered(sign, given, value);
}

export function isBlank(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === "" ||
    (typeof value === "object" && Object.keys(value).length === 0)
  );
}

const listed = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

// The choices an answer consists of; of a split those that were given points.
function parts(given: unknown): unknown[] {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return listed(given);
  return Object.entries(given)
    .filter(([, points]) => points)
    .map(([code]) => code);
}

function numeric(value: unknown): number | null {
  if (typeof value === "number") return value;
  return typeof value === "string" && NUMERIC.test(value) ? Number(value) : null;
}

function same(given: unknown, value: unknown): boolean {
  if ((typeof given === "object" && given !== null) || Array.isArray(value)) {
    const many = parts(given);
    const others = listed(value);
    return many.length === others.length && many.every((one) => others.some((other) => same(one, other)));
  }
  if (typeof given !== typeof value || typeof given === "number") {
    const number = numeric(given);
    return number !== null && number === numeric(value);
  }
  return given === value;
}

function ordered(sign: string, given: unknown, value: unknown): boolean | null {
  let one: unknown = numeric(given);
  let other: unknown = numeric(value);
  if (one === null || other === null) {
    if (!isDay(given) || !isDay(value)) return null;
    [one, other] = [given, value]; // as texts: ten signs of one kind
  }
  const [low, high] = [one as number, other as number];
  if (sign === "<") return low < high;
  if (sign === "<=") return low <= high;
  return sign === ">" ? low > high : low >= high;
}

const isDay = (value: unknown): value is string => typeof value === "string" && DAY.test(value);
