/** The name every field of a document's form begins with. */
export const ROOT = "document";
