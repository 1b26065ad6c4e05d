//! One browser window on the server under test: go, click, type, wait, look. Every wait is for something on the
//! page, never for time alone.

use serde_json::Value;
use std::thread::sleep;
use std::time::{Duration, Instant};
use testkit::browser::Browser;
use testkit::window::{Element, Window, key};

/// A debug server, a browser and simulated visitors share two cores.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often a wait looks again.
const POLL: Duration = Duration::from_millis(50);
/// More stops than any page has between two of its controls.
const TABS_MAX: usize = 80;

/// True when the focused element, or the card around it, shows an outline.
const FOCUS_IS_VISIBLE: &str = "
    const outlined = (el) => { const s = getComputedStyle(el); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0; };
    const at = document.activeElement;
    return at === document.body || outlined(at) || !!at.closest('.zone') && outlined(at.closest('.zone'));";

/// A window on the server under test.
pub struct Page {
    window: Window,
    server: String,
}

impl Page {
    /// Opens a window of this size.
    pub fn open(browser: &Browser, (width, height): (u32, u32), server: String) -> Self {
        Self { window: Window::open(browser, width, height), server }
    }

    /// Goes to a path of the server.
    pub fn goto(&self, path: &str) {
        let gone = self.window.goto(&format!("{}{path}", self.server));
        gone.unwrap_or_else(|error| self.give_up(&format!("cannot go to {path}: {error}")));
    }

    fn first(&self, css: &str) -> Option<Element> {
        self.window.find_all(css).ok()?.into_iter().next()
    }

    /// Whether something matches now.
    pub fn has(&self, css: &str) -> bool {
        self.first(css).is_some()
    }

    /// Waits until `look` finds something.
    fn wait<T>(&self, what: &str, look: impl Fn() -> Option<T>) -> T {
        self.wait_up_to(PATIENCE, what, look)
    }

    fn wait_up_to<T>(&self, patience: Duration, what: &str, look: impl Fn() -> Option<T>) -> T {
        let deadline = Instant::now() + patience;
        loop {
            if let Some(found) = look() {
                return found;
            }
            if Instant::now() > deadline {
                self.give_up(&format!("waited in vain for {what}"));
            }
            sleep(POLL);
        }
    }

    /// Waits for an element.
    pub fn wait_for(&self, css: &str) {
        self.wait(css, || self.first(css));
    }

    /// Waits longer than usual for an element.
    pub fn wait_patiently_for(&self, css: &str, patience: Duration) {
        self.wait_up_to(patience, css, || self.first(css));
    }

    /// Waits until nothing matches.
    pub fn wait_for_no(&self, css: &str) {
        self.wait(&format!("the end of {css}"), || (!self.has(css)).then_some(()));
    }

    /// Waits until an element holds a text, whatever the page does meanwhile.
    pub fn wait_for_text(&self, css: &str, text: &str) {
        self.wait(&format!("`{text}` in {css}"), || self.text_of(css)?.contains(text).then_some(()));
    }

    /// Waits until an element says something, and returns it.
    pub fn wait_for_words(&self, css: &str) -> String {
        self.wait(&format!("words in {css}"), || self.text_of(css).filter(|text| !text.is_empty()))
    }

    /// Waits until the address holds a text.
    pub fn wait_for_address(&self, part: &str) {
        self.wait(&format!("an address with {part}"), || self.address().contains(part).then_some(()));
    }

    /// The visible text of the first match.
    pub fn text_of(&self, css: &str) -> Option<String> {
        self.window.text(&self.first(css)?).ok()
    }

    /// Clicks an element as soon as it can be clicked, having scrolled it to the middle as a visitor would: at the
    /// lower edge of a phone lies the bar with the button.
    pub fn click(&self, css: &str) {
        self.wait(&format!("a click on {css}"), || {
            let script = "document.querySelector(arguments[0]).scrollIntoView({ block: 'center' });";
            self.window.execute(script, &[css]).ok()?;
            self.window.click(&self.first(css)?).ok()
        });
    }

    /// Clicks the first match that holds a text.
    pub fn click_text(&self, css: &str, text: &str) {
        self.wait(&format!("a click on `{text}` in {css}"), || {
            let says = |element: &Element| self.window.text(element).is_ok_and(|found| found.contains(text));
            let found = self.window.find_all(css).ok()?.into_iter().find(says)?;
            self.window.click(&found).ok()
        });
    }

    /// Clicks into a picture, at a share of its width and height.
    pub fn click_into(&self, css: &str, (across, down): (f64, f64)) {
        let script = "const box = document.querySelector(arguments[0]).getBoundingClientRect();
            return [Math.round(box.x + box.width * arguments[1]), Math.round(box.y + box.height * arguments[2])];";
        let place = self.run(script, &[css, &across.to_string(), &down.to_string()]);
        let clicked = self
            .window
            .click_at(place[0].as_i64().unwrap_or_default(), place[1].as_i64().unwrap_or_default());
        clicked.unwrap_or_else(|error| self.give_up(&format!("cannot click into {css}: {error}")));
    }

    /// Puts the focus on an element.
    pub fn focus(&self, css: &str) {
        self.run("document.querySelector(arguments[0]).focus();", &[css]);
    }

    /// How many match now.
    pub fn count(&self, css: &str) -> usize {
        self.window.find_all(css).map_or(0, |found| found.len())
    }

    /// Runs a script in the page; what it returns.
    pub fn run(&self, script: &str, args: &[&str]) -> Value {
        let done = self.window.execute(script, args);
        done.unwrap_or_else(|error| self.give_up(&format!("the script fails: {error}")))
    }

    /// Runs a script that hands its result to its last argument, a function.
    pub fn run_async(&self, script: &str, args: &[&str]) -> Value {
        let done = self.window.execute_async(script, args);
        done.unwrap_or_else(|error| self.give_up(&format!("the script fails: {error}")))
    }

    /// Replaces what a field holds.
    pub fn fill(&self, css: &str, text: &str) {
        self.wait(&format!("the field {css}"), || {
            let field = self.first(css)?;
            self.window.clear(&field).ok()?;
            self.window.send_keys(&field, text).ok()
        });
    }

    /// An attribute of the first match.
    pub fn attribute(&self, css: &str, name: &str) -> Option<String> {
        let script = "return document.querySelector(arguments[0])?.getAttribute(arguments[1]);";
        self.window.execute(script, &[css, name]).ok()?.as_str().map(str::to_owned)
    }

    /// Presses a key on whatever has the focus.
    pub fn press(&self, key: &str) {
        let pressed = self.window.focused().and_then(|element| self.window.send_keys(&element, key));
        pressed.unwrap_or_else(|error| self.give_up(&format!("the key does not arrive: {error}")));
    }

    /// Tabs until an element that matches has the focus; every stop on the way must be visible.
    pub fn tab_to(&self, css: &str) {
        for _ in 0..TABS_MAX {
            self.press(key::TAB);
            assert!(self.is_true(FOCUS_IS_VISIBLE, &[]), "the focus is not visible on {}", self.focused());
            if self.is_true("return document.activeElement.matches(arguments[0]);", &[css]) {
                return;
            }
        }
        self.give_up(&format!("Tab never reaches {css}"));
    }

    /// The page fits its window.
    pub fn demand_no_sideways_scroll(&self) {
        let script = "return [document.documentElement.scrollWidth, window.innerWidth];";
        let widths = self.window.execute(script, &[]).expect("the script runs");
        let (content, window) = (widths[0].as_i64(), widths[1].as_i64());
        assert!(content <= window, "{} is {content:?} pixels wide in a window of {window:?}", self.address());
    }

    /// Fetches a link of the present page as the page itself would; its text.
    pub fn fetch(&self, href: &str) -> String {
        let script = "const done = arguments[1];
            fetch(arguments[0]).then((answer) => answer.text()).then(done, (error) => done(String(error)));";
        let text = self.window.execute_async(script, &[href]).expect("the script runs");
        text.as_str().unwrap_or_default().to_owned()
    }

    /// No script failed, nothing was refused by the content policy, nothing was missing.
    pub fn demand_a_silent_console(&self) {
        let said = self.window.console().expect("the driver keeps the console");
        let severe: Vec<_> = said.iter().filter(|entry| entry["level"] == "SEVERE").collect();
        assert!(severe.is_empty(), "the console says {severe:?}");
    }

    /// No script failed and nothing was refused by the content policy; an API may have refused something by name.
    pub fn demand_no_failing_script(&self) {
        let said = self.window.console().expect("the driver keeps the console");
        let severe = said.iter().filter(|entry| entry["level"] == "SEVERE" && entry["source"] != "network");
        let severe: Vec<_> = severe.collect();
        assert!(severe.is_empty(), "the console says {severe:?}");
    }

    fn is_true(&self, script: &str, args: &[&str]) -> bool {
        self.window.execute(script, args).is_ok_and(|value| value == true)
    }

    fn focused(&self) -> String {
        let html = self.window.execute("return document.activeElement.outerHTML.slice(0, 200);", &[]);
        html.map(|html| html.to_string()).unwrap_or_default()
    }

    fn address(&self) -> String {
        self.window.url().unwrap_or_default()
    }

    /// Fails with what the visitor sees.
    fn give_up(&self, why: &str) -> ! {
        let seen = self.text_of("body").unwrap_or_default();
        panic!("{why}\nat {}:\n{seen}", self.address());
    }
}
