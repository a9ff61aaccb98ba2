//! Numbers.
//!
//! Logarithms and trigonometry are computed in Rust, not by the C library, so that they are the same on every machine.

use super::{INTEGER, INTEGER_2, NUMBER, NUMBER_OUT, function, integer, whole};
use crate::mapping::function::{Function, FunctionFault, Outcome, Output, Parameter};
use crate::record::Natural;

const NUMBER_2: Parameter = named!("param_dec_n2", "param_n2");
const EXPONENT: Parameter = named!("param_dec_n_exp", "p_any_exp");

/// The functions on numbers.
pub(super) static TABLE: &[Function] = &[
    function(grel!("math_abs"), &[NUMBER], NUMBER_OUT, |a| {
        Ok(number_output(number(a.text(0))?.abs()))
    }),
    integer(grel!("math_floor"), &[NUMBER], |a| {
        rounded(number(a.text(0))?.floor())
    }),
    integer(grel!("math_ceil"), &[NUMBER], |a| {
        rounded(number(a.text(0))?.ceil())
    }),
    // Halves go up, as in GREL and SPARQL.
    integer(grel!("math_round"), &[NUMBER], |a| {
        rounded((number(a.text(0))? + 0.5).floor())
    }),
    function(grel!("math_min"), &[NUMBER, NUMBER_2], NUMBER_OUT, |a| {
        Ok(number_output(number(a.text(0))?.min(number(a.text(1))?)))
    }),
    function(grel!("math_max"), &[NUMBER, NUMBER_2], NUMBER_OUT, |a| {
        Ok(number_output(number(a.text(0))?.max(number(a.text(1))?)))
    }),
    function(grel!("math_pow"), &[NUMBER, EXPONENT], NUMBER_OUT, |a| {
        let (base, exponent) = (number(a.text(0))?, number(a.text(1))?);
        power(base, exponent)
    }),
    function(
        grel!("math_quotient"),
        &[NUMBER, NUMBER_2],
        NUMBER_OUT,
        |a| {
            let (number, by) = (number(a.text(0))?, number(a.text(1))?);
            if by == 0.0 {
                return Err(by_zero());
            }
            Ok(number_output((number / by).floor()))
        },
    ),
    integer(grel!("math_mod"), &[INTEGER, INTEGER_2], |a| {
        let (number, by) = (whole(a.text(0))?, whole(a.text(1))?);
        let rest = number.checked_rem(by).ok_or_else(by_zero)?;
        Ok(Output::One(rest.to_string()))
    }),
    integer(grel!("math_gcd"), &[INTEGER, INTEGER_2], |a| {
        let gcd = greatest_divisor(whole(a.text(0))?, whole(a.text(1))?);
        Ok(Output::One(gcd.to_string()))
    }),
    integer(grel!("math_lcm"), &[INTEGER, INTEGER_2], |a| {
        let (one, two) = (whole(a.text(0))?, whole(a.text(1))?);
        let gcd = greatest_divisor(one, two);
        if gcd == 0 {
            return Ok(Output::One("0".to_owned()));
        }
        let product =
            u128::from(one.unsigned_abs()) / u128::from(gcd) * u128::from(two.unsigned_abs());
        Ok(Output::One(product.to_string()))
    }),
    integer(grel!("math_fact"), &[INTEGER], |a| {
        product(1, whole(a.text(0))?, 1)
    }),
    integer(grel!("math_factn"), &[INTEGER, INTEGER_2], |a| {
        let step = whole(a.text(1))?;
        if step < 1 {
            return Err(FunctionFault::new("the step must be at least 1"));
        }
        product(1, whole(a.text(0))?, step)
    }),
    integer(grel!("math_combin"), &[INTEGER, INTEGER_2], |a| {
        combinations(whole(a.text(0))?, whole(a.text(1))?)
    }),
    integer(grel!("math_even"), &[NUMBER], |a| {
        rounded(away(number(a.text(0))?, false))
    }),
    integer(grel!("math_odd"), &[NUMBER], |a| {
        rounded(away(number(a.text(0))?, true))
    }),
    function(grel!("math_ln"), &[NUMBER], NUMBER_OUT, |a| {
        finite(libm::log(number(a.text(0))?))
    }),
    function(grel!("math_log"), &[NUMBER], NUMBER_OUT, |a| {
        finite(libm::log10(number(a.text(0))?))
    }),
    function(grel!("math_exp"), &[NUMBER], NUMBER_OUT, |a| {
        finite(libm::exp(number(a.text(0))?))
    }),
    function(grel!("math_sin"), &[NUMBER], NUMBER_OUT, |a| {
        finite(libm::sin(number(a.text(0))?))
    }),
    function(grel!("math_cos"), &[NUMBER], NUMBER_OUT, |a| {
        finite(libm::cos(number(a.text(0))?))
    }),
    function(grel!("math_tan"), &[NUMBER], NUMBER_OUT, |a| {
        finite(libm::tan(number(a.text(0))?))
    }),
    function(grel!("math_asin"), &[NUMBER], NUMBER_OUT, |a| {
        finite(libm::asin(number(a.text(0))?))
    }),
    function(grel!("math_acos"), &[NUMBER], NUMBER_OUT, |a| {
        finite(libm::acos(number(a.text(0))?))
    }),
    function(grel!("math_atan"), &[NUMBER], NUMBER_OUT, |a| {
        finite(libm::atan(number(a.text(0))?))
    }),
    function(grel!("math_sinh"), &[NUMBER], NUMBER_OUT, |a| {
        finite(libm::sinh(number(a.text(0))?))
    }),
    function(grel!("math_cosh"), &[NUMBER], NUMBER_OUT, |a| {
        finite(libm::cosh(number(a.text(0))?))
    }),
    function(grel!("math_tanh"), &[NUMBER], NUMBER_OUT, |a| {
        finite(libm::tanh(number(a.text(0))?))
    }),
    function(grel!("math_atan2"), &[NUMBER, NUMBER_2], NUMBER_OUT, |a| {
        finite(libm::atan2(number(a.text(0))?, number(a.text(1))?))
    }),
    function(grel!("math_degrees"), &[NUMBER], NUMBER_OUT, |a| {
        finite(number(a.text(0))?.to_degrees())
    }),
    function(grel!("math_radians"), &[NUMBER], NUMBER_OUT, |a| {
        finite(number(a.text(0))?.to_radians())
    }),
];

/// Returns a number; only what is finite is one.
pub(super) fn number(text: &str) -> Result<f64, FunctionFault> {
    let numeric = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
    let trimmed = text.trim();
    let parsed = trimmed.parse::<f64>().ok();
    parsed
        .filter(|number| number.is_finite() && trimmed.chars().all(numeric))
        .ok_or_else(|| FunctionFault::new(format!("\"{text}\" is not a number")))
}

/// Returns a number as a value: an integer if it is one.
pub(super) fn number_output(number: f64) -> Output {
    if number == 0.0 {
        // There is no negative zero among the integers.
        Output::Typed("0".to_owned(), Natural::Integer)
    } else if number.fract() == 0.0 && number.abs() < 9e15 {
        Output::Typed(format!("{number:.0}"), Natural::Integer)
    } else {
        Output::Typed(format!("{number}"), Natural::Double)
    }
}

/// Returns a result that is a number.
fn finite(number: f64) -> Outcome {
    if number.is_finite() {
        Ok(number_output(number))
    } else {
        Err(FunctionFault::new("the result is no number"))
    }
}

fn rounded(number: f64) -> Outcome {
    if number.abs() >= 9e15 {
        return Err(too_large());
    }
    Ok(Output::One(if number == 0.0 {
        "0".to_owned()
    } else {
        format!("{number:.0}")
    }))
}

/// Raises to a whole power by multiplication, which gives the same digits everywhere.
fn power(base: f64, exponent: f64) -> Outcome {
    if exponent.fract() != 0.0 || exponent.abs() > 10_000.0 {
        return Err(FunctionFault::new(
            "only whole powers up to 10000 are taken",
        ));
    }
    let mut result = 1.0;
    let mut left = exponent.abs();
    while left >= 1.0 {
        result *= base;
        left -= 1.0;
    }
    if exponent < 0.0 {
        result = 1.0 / result;
    }
    if result.is_finite() {
        Ok(number_output(result))
    } else {
        Err(too_large())
    }
}

fn greatest_divisor(one: i64, two: i64) -> u64 {
    let (mut one, mut two) = (one.unsigned_abs(), two.unsigned_abs());
    while two != 0 {
        (one, two) = (two, one % two);
    }
    one
}

/// Returns the product of the numbers from `last` down to `first` in steps.
fn product(first: i64, last: i64, step: i64) -> Outcome {
    if last < 0 {
        return Err(FunctionFault::new(
            "there is no factorial of a negative number",
        ));
    }
    let mut result: u128 = 1;
    let mut at = last;
    while at >= first {
        let factor = u128::from(at.unsigned_abs());
        result = result.checked_mul(factor).ok_or_else(too_large)?;
        at -= step;
    }
    Ok(Output::One(result.to_string()))
}

fn combinations(of: i64, take: i64) -> Outcome {
    if take < 0 || of < take {
        return Ok(Output::One("0".to_owned()));
    }
    let take = take.min(of - take);
    let mut result: u128 = 1;
    for step in 1..=take {
        let factor = u128::from((of - take + step).unsigned_abs());
        result = result.checked_mul(factor).ok_or_else(too_large)?;
        result /= u128::from(step.unsigned_abs());
    }
    Ok(Output::One(result.to_string()))
}

/// Rounds away from zero to the next even or odd number.
fn away(number: f64, odd: bool) -> f64 {
    let sign = if number < 0.0 { -1.0 } else { 1.0 };
    let mut up = number.abs().ceil();
    if (up % 2.0 == 1.0) != odd {
        up += 1.0;
    }
    sign * up
}

fn too_large() -> FunctionFault {
    FunctionFault::new("the result is too large")
}

fn by_zero() -> FunctionFault {
    FunctionFault::new("nothing can be divided by 0")
}
