//! A report as a machine reads it.

use serde::ser::SerializeStruct;

use super::RunReport;
use crate::error::Error;

impl serde::Serialize for RunReport {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let report = &self.inner;
        let mut out = serializer.serialize_struct("RunReport", 12)?;
        out.serialize_field("name", &report.name)?;
        out.serialize_field("cause", &report.cause)?;
        out.serialize_field("forced", &report.forced)?;
        out.serialize_field("exit_code", &report.exit_code)?;
        out.serialize_field("components", &report.components)?;
        out.serialize_field("errors", &report.errors)?;
        out.serialize_field("errors_left_out", &report.errors_left_out)?;
        out.serialize_field("leaked", &report.leaked)?;
        out.serialize_field("load_time", &report.load)?;
        out.serialize_field("start_time", &report.start)?;
        out.serialize_field("stop_time", &report.stop)?;
        out.serialize_field("total_time", &report.total)?;
        out.end()
    }
}

impl serde::Serialize for Error {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Error", 3)?;
        out.serialize_field("component", &self.component())?;
        out.serialize_field("stage", &self.stage())?;
        out.serialize_field("chain", &self.chain())?;
        out.end()
    }
}
