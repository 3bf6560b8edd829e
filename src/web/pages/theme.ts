import { formText, type PageRoute } from "./page-route.js";

const YEAR_MS = 365 * 86_400_000;

/** Keeps the chosen theme in a cookie, so that the server draws the next page in it at once. */
export const themeRoutes: PageRoute[] = [
  {
    method: "post",
    path: "/theme",
    role: "viewer",
    async handle({ visit, req, res }) {
      const theme = formText(req, "theme");
      if (["light", "dark", "system"].includes(theme)) {
        res.cookie("theme", theme, {
          path: visit.base || "/",
          maxAge: YEAR_MS,
          sameSite: "lax",
          httpOnly: true,
          secure: req.secure,
        });
      }
      const back = formText(req, "back");
      res.redirect(303, `${visit.base}${/^\/(?![/\\])[^\s\\]*$/.test(back) ? back : "/"}`);
    },
  },
];
