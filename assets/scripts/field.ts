// Pages where the office enters answers: returned sheets and telephone interviews.

import { startForms } from "./form-page";
import { startInterviews } from "./interview";
import { startKeying } from "./keying";

startForms(document);
startKeying(document);
startInterviews(document);
