//! Cron expressions, read in const evaluation or at run time, by the same code.
//!
//! Each field becomes a set of numbers, one bit each. `?`, `for` and slices of text are not to be had in const evaluation,
//! hence the loops.

use crate::plan::Message;

/// What an expression says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fields {
    pub(super) seconds: u64,
    pub(super) minutes: u64,
    pub(super) hours: u64,
    /// Bit 0 is the last day of the month.
    pub(super) days: u64,
    pub(super) months: u64,
    /// Sunday is 0.
    pub(super) weekdays: u64,
    /// Days of the month and of the week are both told, and one of the two is enough.
    pub(super) either_day: bool,
    /// The hours begin with `*`: it goes by the real time that passes, also when the clock is changed.
    pub(super) each_hour: bool,
}

/// One place of an expression.
struct Place {
    name: &'static str,
    min: u8,
    max: u8,
    /// What people call the numbers, from `first` on.
    words: &'static [[u8; 3]],
    first: u8,
    right: &'static str,
}

const fn place(name: &'static str, min: u8, max: u8, right: &'static str) -> Place {
    Place {
        name,
        min,
        max,
        words: &[],
        first: 0,
        right,
    }
}

const PLACES: [Place; 6] = [
    place("seconds", 0, 59, "0 to 59, such as `0`, `*/10` or `0,30`"),
    place("minutes", 0, 59, "0 to 59, such as `30`, `*/5` or `0,15`"),
    place("hours", 0, 23, "0 to 23, such as `3`, `*/2` or `9-17`"),
    place(
        "days of the month",
        1,
        31,
        "1 to 31 or `L` for the last, such as `1`, `*` or `1,15`",
    ),
    Place {
        words: &[
            *b"jan", *b"feb", *b"mar", *b"apr", *b"may", *b"jun", *b"jul", *b"aug", *b"sep",
            *b"oct", *b"nov", *b"dec",
        ],
        first: 1,
        ..place(
            "months",
            1,
            12,
            "1 to 12 or JAN to DEC, such as `1`, `*` or `JUN-AUG`",
        )
    },
    Place {
        words: &[
            *b"sun", *b"mon", *b"tue", *b"wed", *b"thu", *b"fri", *b"sat",
        ],
        ..place(
            "days of the week",
            0,
            7,
            "0 to 7 or SUN to SAT, such as `1`, `*` or `MON-FRI`",
        )
    },
];

const DAYS: usize = 3;
const WEEKDAYS: usize = 5;

/// Why a text is no expression.
#[derive(Clone, Copy)]
pub(super) enum Problem<'a> {
    /// It has another number of fields.
    Count(usize),
    /// This part of this field is wrong.
    Part(usize, &'a str),
    /// This range ends before it begins.
    Reversed(usize, &'a str),
    /// This step is zero, or more than there is.
    Step(usize, &'a str),
    /// Its days are in none of its months.
    Never,
}

impl Problem<'_> {
    /// What is wrong, then what to write.
    pub(super) const fn message(self, text: &str) -> Message {
        let message = Message::new()
            .text("bad cron expression `")
            .text(text)
            .text("`: ");
        match self {
            Self::Count(5) => message
                .text("it has 5 fields; write the seconds first, such as `0 ")
                .text(text)
                .text("`"),
            Self::Count(count) => message
                .text("it has ")
                .number(count as u128)
                .text(if count == 1 { " field" } else { " fields" })
                .text("; write six: seconds, minutes, hours, days of the month, months and days of the week, such as `0 30 3 * * MON-FRI`"),
            Self::Part(place, part) if part.is_empty() => message
                .text("a comma too many in the ")
                .text(PLACES[place].name)
                .text("; write ")
                .text(PLACES[place].right),
            Self::Part(place, part) => message
                .text("`")
                .text(part)
                .text("` cannot stand in the ")
                .text(PLACES[place].name)
                .text("; write ")
                .text(PLACES[place].right),
            Self::Reversed(place, part) => named(message, part, place)
                .text(" ends before it begins; write the smaller number first, or two ranges with a comma"),
            Self::Step(place, part) => named(message, part, place)
                .text(" has no step that fits; write one from 1 to ")
                .number(PLACES[place].max as u128),
            Self::Never => {
                message.text("none of its months has such a day; write a day that comes, such as `1` or `L` for the last")
            }
        }
    }
}

const fn named(message: Message, part: &str, place: usize) -> Message {
    let message = message.text("`").text(part).text("`");
    message.text(" in the ").text(PLACES[place].name)
}

impl Fields {
    pub(super) const fn parse(text: &str) -> Result<Self, Problem<'_>> {
        let bytes = text.as_bytes();
        let mut sets = [0u64; 6];
        let mut stars = [false; 6];
        let (mut at, mut count) = (0, 0);
        while at < bytes.len() {
            if bytes[at].is_ascii_whitespace() {
                at += 1;
                continue;
            }
            let begin = at;
            while at < bytes.len() && !bytes[at].is_ascii_whitespace() {
                at += 1;
            }
            if count < 6 {
                match field(text, begin, at, count) {
                    Ok(set) => sets[count] = set,
                    // How many there are is to be told first.
                    Err(problem) if fields(bytes) == 6 => return Err(problem),
                    Err(_) => {}
                }
                stars[count] = bytes[begin] == b'*';
            }
            count += 1;
        }
        if count != 6 {
            return Err(Problem::Count(count));
        }
        let [seconds, minutes, hours, days, months, weekdays] = sets;
        let fields = Self {
            seconds,
            minutes,
            hours,
            days,
            months,
            weekdays: (weekdays | weekdays >> 7) & 0x7f,
            either_day: !stars[DAYS] && !stars[WEEKDAYS],
            each_hour: stars[2],
        };
        if fields.comes() {
            Ok(fields)
        } else {
            Err(Problem::Never)
        }
    }

    /// Whether one of its months has one of its days.
    const fn comes(&self) -> bool {
        let mut month = 1;
        while month <= 12 {
            let longest = match month {
                2 => 29,
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            let in_month = (1u64 << (longest + 1)) - 1;
            if self.months & 1 << month != 0 && (self.days & in_month != 0 || self.either_day) {
                return true;
            }
            month += 1;
        }
        false
    }
}

const fn fields(bytes: &[u8]) -> usize {
    let (mut at, mut count) = (0, 0);
    while at < bytes.len() {
        let begins = at == 0 || bytes[at - 1].is_ascii_whitespace();
        if begins && !bytes[at].is_ascii_whitespace() {
            count += 1;
        }
        at += 1;
    }
    count
}

/// The numbers of one field: parts with commas between them.
const fn field(text: &str, begin: usize, end: usize, place: usize) -> Result<u64, Problem<'_>> {
    let bytes = text.as_bytes();
    let (mut set, mut from) = (0, begin);
    loop {
        let mut to = from;
        while to < end && bytes[to] != b',' {
            to += 1;
        }
        match part(text, from, to, place) {
            Ok(numbers) => set |= numbers,
            Err(problem) => return Err(problem),
        }
        if to == end {
            return Ok(set);
        }
        from = to + 1;
    }
}

/// `*`, `5`, `5-7`, `L`, and each but the last with a step behind it.
const fn part(text: &str, begin: usize, end: usize, place: usize) -> Result<u64, Problem<'_>> {
    let bytes = text.as_bytes();
    let wrong = Problem::Part(place, slice(text, begin, end));
    let Place { min, max, .. } = PLACES[place];
    if place == DAYS && end == begin + 1 && matches!(bytes[begin], b'L' | b'l') {
        return Ok(1);
    }
    let (low, mut high, mut at);
    if begin < end && bytes[begin] == b'*' {
        // Sunday is there twice.
        (low, high, at) = (min, if place == WEEKDAYS { 6 } else { max }, begin + 1);
    } else {
        let Some((number, behind)) = number(bytes, begin, end, &PLACES[place]) else {
            return Err(wrong);
        };
        (low, high, at) = (number, number, behind);
        if at < end && bytes[at] == b'-' {
            let Some((number, behind)) = self::number(bytes, at + 1, end, &PLACES[place]) else {
                return Err(wrong);
            };
            // A week that ends on Sunday.
            high = if place == WEEKDAYS && number == 0 && low > 0 {
                7
            } else {
                number
            };
            at = behind;
        } else if at < end && bytes[at] == b'/' {
            high = max;
        }
    }
    let mut step = 1;
    if at < end && bytes[at] == b'/' {
        let Some((number, behind)) = digits(bytes, at + 1, end) else {
            return Err(wrong);
        };
        (step, at) = (number, behind);
    }
    if at != end || low < min || high > max {
        return Err(wrong);
    }
    if high < low {
        return Err(Problem::Reversed(place, slice(text, begin, end)));
    }
    if step == 0 || step > max {
        return Err(Problem::Step(place, slice(text, begin, end)));
    }
    let (mut set, mut value) = (0, low);
    while value <= high {
        set |= 1 << value;
        value += step;
    }
    Ok(set)
}

/// A number or a word for one, and what is behind it.
const fn number(bytes: &[u8], begin: usize, end: usize, place: &Place) -> Option<(u8, usize)> {
    if begin + 3 <= end {
        let mut word = 0;
        while word < place.words.len() {
            let [a, b, c] = place.words[word];
            if bytes[begin].eq_ignore_ascii_case(&a)
                && bytes[begin + 1].eq_ignore_ascii_case(&b)
                && bytes[begin + 2].eq_ignore_ascii_case(&c)
            {
                return Some((place.first + word as u8, begin + 3));
            }
            word += 1;
        }
    }
    digits(bytes, begin, end)
}

/// A number of at most two digits.
const fn digits(bytes: &[u8], begin: usize, end: usize) -> Option<(u8, usize)> {
    let (mut number, mut at) = (0, begin);
    while at < end && at < begin + 2 && bytes[at].is_ascii_digit() {
        number = number * 10 + (bytes[at] - b'0');
        at += 1;
    }
    if at == begin {
        None
    } else {
        Some((number, at))
    }
}

const fn slice(text: &str, begin: usize, end: usize) -> &str {
    let (head, _) = text.as_bytes().split_at(end);
    let (_, part) = head.split_at(begin);
    match std::str::from_utf8(part) {
        Ok(part) => part,
        // It is cut at spaces and commas, which are whole characters.
        Err(_) => "",
    }
}
