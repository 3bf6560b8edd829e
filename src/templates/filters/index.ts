import type { FilterImplOptions } from "liquidjs";
import { arithmetic } from "./arithmetic.js";
import { base64_url_safe_decode, base64_url_safe_encode } from "./base64.js";
import { business_days, date, date_add, date_diff, in_timezone } from "./dates.js";
import { pluck, sum, unique } from "./lists.js";
import { money, to_number } from "./numbers.js";
import { json, markdown, phone, slug } from "./texts.js";

/** Our filters, by the names templates use; beside Liquid's own. */
export const templateFilters: Record<string, FilterImplOptions> = {
  money,
  phone,
  slug,
  json,
  jsonify: json,
  date: date as FilterImplOptions,
  date_add: date_add as FilterImplOptions,
  date_diff: date_diff as FilterImplOptions,
  business_days: business_days as FilterImplOptions,
  in_timezone: in_timezone as FilterImplOptions,
  markdown,
  to_number,
  pluck,
  unique,
  sum,
  ...arithmetic,
  base64_url_safe_encode,
  base64_url_safe_decode,
};
