/** Stands for the recipient's own unsubscribe address until there is one; an author may link to it too. */
export const UNSUBSCRIBE = "https://unsubscribe.invalid/";
