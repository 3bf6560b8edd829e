export type { Document, DocumentProblem, Enrollment, ErrorPolicy, Form, Step, Trigger } from "./document.js";
