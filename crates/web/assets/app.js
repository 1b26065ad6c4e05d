// Wires the small modules to the page. Everything they add is extra: each page works without them.
import { startCountdowns } from "./clock.js";
import { localTimes } from "./local.js";
import { steppers } from "./stepper.js";
import { liveSeats } from "./live.js";
import { forms } from "./forms.js";
import { followPayment } from "./checkout.js";
import { handy } from "./handy.js";
import { followQueue, joinQueue } from "./queue.js";

startCountdowns(document);
localTimes(document);
steppers(document);
liveSeats(document);
forms(document);
followPayment(document);
handy(document);
followQueue(document);
joinQueue(document);
