// SPDX-License-Identifier: BSD-3-Clause
//! An extension module that holds borrows while it calls back into Python: what any Rust function does that takes a
//! `PyReadonlyArray` or a `PyReadwriteArray`.

use numpy::{Complex64, PyArrayDyn, PyArrayMethods, PyUntypedArray};
use pyo3::exceptions::{PyBufferError, PyTypeError};
use pyo3::prelude::*;

fn refused(error: numpy::BorrowError) -> PyErr {
    PyBufferError::new_err(error.to_string())
}

/// Calls `body()` while `$array` is borrowed by `$method`, if its elements are of one of the types.
macro_rules! borrow_and_call {
    ($array:ident, $method:ident, $body:ident, $($element:ty),+) => {
        $(if let Ok(array) = $array.cast::<PyArrayDyn<$element>>() {
            let _borrow = array.$method().map_err(refused)?;
            return Ok($body.call0()?.unbind());
        })+
    };
}

/// Calls `body()` while `array` is borrowed for reading, and returns what it returns.
#[pyfunction]
fn while_reading(array: &Bound<'_, PyUntypedArray>, body: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    borrow_and_call!(array, try_readonly, body, f64, Complex64, u8, i32);
    Err(PyTypeError::new_err("no such elements here"))
}

/// Calls `body()` while `array` is borrowed for writing, and returns what it returns.
#[pyfunction]
fn while_writing(array: &Bound<'_, PyUntypedArray>, body: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    borrow_and_call!(array, try_readwrite, body, f64, Complex64, u8, i32);
    Err(PyTypeError::new_err("no such elements here"))
}

#[pymodule]
fn rust_borrows(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(while_reading, module)?)?;
    module.add_function(wrap_pyfunction!(while_writing, module)?)
}
