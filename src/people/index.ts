export { type Decided, type Decider, decide, type Verdict } from "./decide.js";
export type { Decision } from "./decision.js";
export { decisionPath, type LinkHolder, readDecisionLink } from "./decision-link.js";
export { type EndedQuestion, findQuestion } from "./ended-question.js";
export type { Question } from "./question.js";
export {
  countQuestionsFor,
  getQuestion,
  type PastQuestion,
  type QuestionPage,
  questionsFor,
} from "./questions.js";
export { delegate, reassign } from "./reassign.js";
export { remindPeople } from "./remind-people.js";
