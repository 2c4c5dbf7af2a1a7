/** One route of an HTTP API, `POST /webhooks/{kind}`, `ANY /files/{path+}` or `$default`. */
export interface RoutePattern {
  readonly routeKey: string;
  /** Undefined for ANY and for `$default`. */
  readonly method: string | undefined;
  /** Undefined for `$default`. */
  readonly segments: readonly string[] | undefined;
}

export interface RouteMatch<Route> {
  readonly route: Route;
  readonly pathParameters: Readonly<Record<string, string>>;
}

const ROUTE_KEY = /^(ANY|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT) (\/.*)$/;
const GREEDY = /^\{([^}]+)\+\}$/;
const VARIABLE = /^\{([^}+]+)\}$/;

/** Throws, naming the route (`where`), for a key that API Gateway would not take. */
export function parseRouteKey(routeKey: string, where: string): RoutePattern {
  if (routeKey === '$default') return { routeKey, method: undefined, segments: undefined };
  const [, method, path] = ROUTE_KEY.exec(routeKey) ?? [];
  if (method === undefined || path === undefined) throw new Error(`${where}: the AWS edge does not know the route key ${routeKey}.`);
  return { routeKey, method: method === 'ANY' ? undefined : method, segments: path.split('/').slice(1) };
}

/**
 * The route API Gateway would choose: a full match before one with a greedy variable, fixed segments before variables,
 * a named method before ANY, `$default` last.
 */
export function matchRoute<Route extends { readonly pattern: RoutePattern }>(
  routes: readonly Route[],
  method: string,
  path: string,
): RouteMatch<Route> | undefined {
  const segments = path.split('/').slice(1);
  const candidates = routes.flatMap((route) => {
    const pathParameters = matchPattern(route.pattern, method, segments);
    return pathParameters === undefined ? [] : [{ route, pathParameters, rank: rank(route.pattern) }];
  });
  return candidates.sort((one, other) => (one.rank < other.rank ? -1 : 1))[0];
}

function matchPattern(pattern: RoutePattern, method: string, segments: readonly string[]): Record<string, string> | undefined {
  if (pattern.segments === undefined) return {};
  if (pattern.method !== undefined && pattern.method !== method) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, wanted] of pattern.segments.entries()) {
    const greedy = GREEDY.exec(wanted)?.[1];
    if (greedy !== undefined) {
      if (segments.length <= index) return undefined;
      parameters[greedy] = segments.slice(index).map(decoded).join('/');
      return parameters;
    }
    const actual = segments[index];
    if (actual === undefined) return undefined;
    const variable = VARIABLE.exec(wanted)?.[1];
    if (variable === undefined ? actual !== wanted : actual === '') return undefined;
    if (variable !== undefined) parameters[variable] = decoded(actual);
  }
  return segments.length === pattern.segments.length ? parameters : undefined;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Sorts routes by how exact they are, lowest first: one character a segment, then the method. */
function rank({ segments, method }: RoutePattern): string {
  if (segments === undefined) return '9';
  const kinds = segments.map((segment) => (GREEDY.test(segment) ? '2' : VARIABLE.test(segment) ? '1' : '0')).join('');
  return `${kinds.includes('2') ? '1' : '0'}${kinds}${method === undefined ? 'b' : 'a'}`;
}
