// Asking the server, with the admin token where it wants one.

import { login } from "./login.js";

const TOKEN = "mock-capi-token";
export const root = document.body.dataset.root;
export const base = location.origin + root;

export class ApiError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const headers = () => {
  const token = sessionStorage.getItem(TOKEN);
  return token ? { Authorization: `Bearer ${token}` } : {};
};

/** A response that is not an error. Asks for the token where it is missing, and then once more. */
export async function ask(path, { params = {}, signal, ...options } = {}) {
  for (;;) {
    const sent = options.body ? { ...headers(), "Content-Type": "application/json" } : headers();
    const response = await fetch(address(path, params), { ...options, headers: sent, signal, cache: "no-store" });
    if (response.ok) return response;
    const said = await response.json().catch(() => ({}));
    if (response.status !== 401)
      throw new ApiError(response.status, said.error_code, said.message ?? response.statusText);
    // While this was under way somebody may have typed another one; else all who ask wait for the same form.
    if (headers().Authorization !== sent.Authorization) continue;
    sessionStorage.setItem(TOKEN, await login(Boolean(sent.Authorization)));
  }
}

export const getJson = async (path, params, signal) => (await ask(path, { params, signal })).json();

export async function send(method, path, body) {
  return (await ask(path, { method, body: body === undefined ? undefined : JSON.stringify(body) })).json();
}

function address(path, params = {}) {
  const pairs = Object.entries(params).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const query = new URLSearchParams(pairs).toString();
  return root + path + (query ? `?${query}` : "");
}
