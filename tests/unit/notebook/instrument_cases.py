# ruff: noqa: E501  # a case is easier to compare with its neighbours when it is one line
"""Small files in the layouts of instruments, with the readings or the refusal of each, kind by kind."""

from tests.unit.notebook.awkward import START, Bad, Good, ImportOptions

D1, D2, D3 = "2024-03-01", "2024-03-02", "2024-03-03"
AB = {"a": {D1: 1, D2: 2}}
H1, H2 = "2024-03-01T01:00", "2024-03-01T02:00"

MISSING_GOOD = [
    Good("-999 as is given", "time,a\n2024-03-01,1\n2024-03-02,2\n2024-03-03,-999\n", AB, ImportOptions(missing=("-999",))),
    Good("-999.0 is -999", "time,a\n2024-03-01,1\n2024-03-02,2\n2024-03-03,-999.0\n", AB, ImportOptions(missing=("-999",))),
    Good("in one column", "time,a,b\n2024-03-01,1,9999\n2024-03-02,2,7\n2024-03-03,-99,9000\n", {**AB, "b": {D1: 9999, D2: 7, D3: 9000}}, ImportOptions(missing=("a=-99",))),
    Good("kept where that is said", "time,a\n2024-03-01,1\n2024-03-02,-999\n", {"a": {D1: 1, D2: -999}}, ImportOptions(missing=("none",))),
    Good("a word", "time,a\n2024-03-01,1\n2024-03-02,2\n2024-03-03,out\n", AB, ImportOptions(missing=("OUT",))),
    Good("decimal commas", "time;a\n2024-03-01;1,5\n2024-03-02;2,5\n2024-03-03;-99,9\n", {"a": {D1: 1.5, D2: 2.5}}, ImportOptions(missing=("-99,9",))),
    Good("words that are known", "time,a\n2024-03-01,1\n2024-03-02,2\n2024-03-03,---\n2024-03-04,unavailable\n2024-03-05,Bad Input\n2024-03-06,Low\n", AB),
    Good("below what can be detected", "time,a\n2024-03-01,1\n2024-03-02,2\n2024-03-03,<0.05\n2024-03-04,> 400\n2024-03-05,High\n", AB),
    Good("energies of stars", "time,a\n2024-03-01,2e30\n2024-03-02,3e33\n", {"a": {D1: 2e30, D2: 3e33}}),
    Good("a count that passes 999", "time,a\n" + "".join(f"2024-03-01 00:{m:02}:00,{990 + m}\n" for m in range(10)), {"a": {f"2024-03-01T00:{m:02}": 990 + m for m in range(10)}}),
    Good("9999 within the range", "time,a\n2024-03-01,20000\n2024-03-02,9999\n2024-03-03,1\n", {"a": {D1: 20000, D2: 9999, D3: 1}}),
    Good("in a long file", "time,channel,value\n2024-03-01,a,1\n2024-03-02,a,2\n2024-03-03,a,-999\n", AB, ImportOptions(missing=("-999",))),
    Good("of one channel of a long file", "time,channel,value\n2024-03-01,a,1\n2024-03-02,a,2\n2024-03-03,a,-999\n", AB, ImportOptions(missing=("a=-999",))),
]  # fmt: skip
MISSING_BAD = [
    Bad(name, f"time,a\n2024-03-01,{low}\n2024-03-02,{high}\n2024-03-03,{missing}\n", 4, 2, f"1 of a is {missing}; the others are {low} to {high}: say missing {missing} .* missing none", setting="missing")
    for name, low, high, missing in [
        ("-999 beside temperatures", "-30", "45", "-999"), ("-99.9 beside temperatures", "-20.5", "38", "-99.9"),
        ("-9999 beside rain", "0", "12", "-9999"), ("9999.9 beside pressures", "990.5", "1030", "9999.9"), ("-7999 of Campbell", "1", "3", "-7999"),
        ("-9900 of TMY3", "4000", "16000", "-9900"), ("a full integer", "0", "1200", "-32768"), ("-99 beside winds", "0", "30", "-99"),
        ("6999 of Campbell", "40", "98", "6999"), ("-127 of a sensor without a wire", "-20", "40", "-127"), ("-999.25 of a well log", "0", "120", "-999.25"),
        ("65535, a full word", "0", "1200", "65535"),
    ]
] + [
    Bad("the largest of a small float", "time,a\n2024-03-01,0\n2024-03-02,9\n2024-03-03,3.4028234663852886e38\n", 4, 2, "1 of a is 3.40282346638529e\\+38; the others are 0 to 9", setting="missing"),
    Bad("99.0 beside winds", "time,a\n2024-03-01,5.0\n2024-03-02,99.0\n2024-03-03,7\n", 3, 2, "1 of a is 99; the others are 5 to 7", setting="missing"),
    Bad("a column of nothing else", "time,a\n2024-03-01,-999\n2024-03-02,-999\n", 2, 2, "2 of a are -999: say missing -999", setting="missing"),
    Bad("a second number", "time,a\n2024-03-01,-999\n2024-03-02,5\n2024-03-03,-9999\n", 4, 2, "-9999", ImportOptions(missing=("-999",)), "missing"),
    Bad("a long file", "time,channel,value\n2024-03-01,a,1\n2024-03-02,a,-999\n", 3, 3, "missing -999", setting="missing"),
    Bad("a column that is not there", "time,a\n2024-03-01,1\n", 1, 0, "no column is 'b'", ImportOptions(missing=("b=-999",)), "missing"),
]  # fmt: skip

ZONE_GOOD = [
    Good("a column of zones", "datetime,tz_cd,a\n2024-03-01 00:00,EST,1\n2024-03-01 00:00,EDT,2\n", {"a": {"2024-03-01T05:00": 1, "2024-03-01T04:00": 2}}),
    Good("date, time and zone", "Date,Time,TimeZoneCode,a\n2024-03-01,12:00:00,CDT,1\n", {"a": {"2024-03-01T17:00": 1}}),
    Good("offsets in a column", "time,utc_offset,a\n2024-03-01 00:00,-05:00,1\n2024-03-01 00:00,+01:00,2\n", {"a": {"2024-03-01T05:00": 1, "2024-02-29T23:00": 2}}),
    Good("CST beside CDT", "time,tz,a\n2024-03-01 00:00,CST,1\n2024-07-01 00:00,CDT,2\n", {"a": {"2024-03-01T06:00": 1, "2024-07-01T05:00": 2}}),
    Good("CST as is given", "time,tz,a\n2024-03-01 00:00,CST,1\n", {"a": {"2024-02-29T16:00": 1}}, ImportOptions(timezone="+08:00")),
    Good("a word behind each time", "time,a\n2024-03-01 01:00 CET,1\n2024-07-01 02:00 CEST,2\n", {"a": {D1: 1, "2024-07-01": 2}}),
    Good("MST behind each time", "time,a\n2024-07-01 00:00 MST,1\n", {"a": {"2024-07-01T07:00": 1}}),
    Good("GMT+1 in the header", "Time (GMT+1),a\n2024-03-01 01:00,1\n", {"a": {D1: 1}}),
    Good("a region in the header", "Time [Europe/Berlin],a\n2024-03-01 01:00,1\n2024-03-02 01:00,2\n", AB),
    Good("a region below the header", "time,a\n[America/New_York],[V]\n2024-02-29 19:00,1\n", {"a [V]": {D1: 1}}),
    Good("a region before the table", "Logger 7\nTime zone: Europe/Berlin\ntime,a\n2024-03-01 01:00,1\n2024-03-02 01:00,2\n", AB),
    Good("an offset before the table", "Logger,7\nTimezone,UTC+01:00\ntime,a\n2024-03-01 01:00,1\n2024-03-02 01:00,2\n", AB),
    Good("a unit that is no zone", "time,a [m/s]\n2024-03-01,1\n2024-03-02,2\n", {"a [m/s]": {D1: 1, D2: 2}}),
    Good("a header that says UTC in its name", "time_utc,a\n2024-03-01,1\n2024-03-02,2\n", AB),
    Good("a negative offset", "time,a\n2024-02-29 17:00,1\n", {"a": {D1: 1}}, ImportOptions(timezone="-07:00")),
]  # fmt: skip
ZONE_BAD = [
    Bad("LST", "Time (LST),a\n2024-03-01 00:00,1\n", 1, 1, "the header says LST: say which zone with timezone", setting="timezone"),
    Bad("LST beside a column of UTC", "Time(LST),a,Time(GMT)\n2024-03-01 00:00,1,2024-03-01 05:00\n", 1, 1, "LST: time 'Time\\(GMT\\)' takes the column of UTC", setting="time"),
    Bad("MET/CET", "Time [MET/CET],a\n2024-03-01 00:00,1\n", 1, 1, "MET/CET: say timezone \\+01:00", setting="timezone"),
    Bad("CET before the table", "Time zone: CET\ntime,a\n2024-03-01 00:00,1\n2024-03-02,2\n", 2, 1, "the lines before the table say CET: say timezone \\+01:00", setting="timezone"),
    Bad("an hour that a region's clock leaves out", "Time [Europe/Berlin],a\n2024-03-31 01:30,1\n2024-03-31 02:30,2\n", 3, 1, "does not exist in Europe/Berlin", setting="on_error"),
    Bad("MST is no region", "Time (MST),a\n2024-07-01 00:00,1\n", 1, 1, "MST: say timezone -07:00", setting="timezone"),
    Bad("CST alone", "time,tz,a\n2024-03-01 00:00,CST,1\n", 1, 2, "the rows say CST: say which with timezone -06:00 or timezone \\+08:00", setting="timezone"),
    Bad("IST behind each time", "time,a\n2024-03-01 00:00 IST,1\n", 1, 1, "IST: say which with timezone \\+05:30 or timezone \\+01:00", setting="timezone"),
    Bad("a word that is no zone later", "time,tz,a\n2024-03-01 00:00,EST,1\n2024-03-01 00:05,XST,2\n", 3, 2, "XST", setting="on_error"),
    Bad("a zone beside latitude and longitude", "703165,SAND POINT,AK,-9.0,55.317,-160.517,7\nDate,Time,a\n2024-03-01,01:00,1\n2024-03-01,02:00,2\n", 2, 2, "-9 beside the latitude .* timezone -09:00", setting="timezone"),
]  # fmt: skip

SENSOR_GOOD = [
    Good("Home Assistant", "entity_id,state,last_changed\nsensor.a,1,2024-03-01T00:00:00.000Z\nsensor.b,unavailable,2024-03-01T01:00:00.000Z\nsensor.a,2,2024-03-02T00:00:00.000Z\nsensor.b,3,2024-03-02T00:00:00.000Z\n", {"sensor.a": {D1: 1, D2: 2}, "sensor.b": {D2: 3}}),
    Good("a device in each row, two values", "time,Device ID,Name,W,kWh\n2024-03-01,1,x,1,2\n2024-03-01,2,y,3,4\n2024-03-02,1,x,5,6\n2024-03-02,2,y,7,8\n", {"x W": {D1: 1, D2: 5}, "x kWh [kWh]": {D1: 2, D2: 6}, "y W": {D1: 3, D2: 7}, "y kWh [kWh]": {D1: 4, D2: 8}}, skipped=("Device ID",)),
    Good("stations at other times", "station,time,a\nx,2024-03-01 00:00,1\ny,2024-03-01 00:10,2\nx,2024-03-02 00:00,3\ny,2024-03-02 00:10,4\n", {"x": {D1: 1, D2: 3}, "y": {"2024-03-01T00:10": 2, "2024-03-02T00:10": 4}}),
    Good("symbols", "date,symbol,open,close\n2024-03-01,AA,1,2\n2024-03-01,BB,3,4\n2024-03-02,AA,5,6\n2024-03-02,BB,7,8\n", {"AA open": {D1: 1, D2: 5}, "AA close": {D1: 2, D2: 6}, "BB open": {D1: 3, D2: 7}, "BB close": {D1: 4, D2: 8}}),
    Good("two columns of words that are given", "time,host,metric,value\n2024-03-01,h,cpu,1\n2024-03-01,g,cpu,2\n", {"h cpu": {D1: 1}, "g cpu": {D1: 2}}, ImportOptions(channel="host,metric")),
    Good("samples of water", "ActivityStartDate,ActivityStartTime/Time,ActivityStartTime/TimeZoneCode,CharacteristicName,ResultMeasureValue,ResultMeasure/MeasureUnitCode\n2024-03-01,12:00:00,EST,pH,7,None\n2024-03-01,12:00:00,EST,Temp,5,deg C\n", {"pH [None]": {"2024-03-01T17:00": 7}, "Temp [deg C]": {"2024-03-01T17:00": 5}}),
    Good("numbers of sensors at one time", "time,sensor_id,a\n2024-03-01,17,1\n2024-03-01,18,2\n2024-03-02,17,3\n2024-03-02,18,4\n", {"17": {D1: 1, D2: 3}, "18": {D1: 2, D2: 4}}),
    Good("numbers of devices at other times", "time,device,a\n2024-03-01,7,1\n2024-03-01 00:10,8,2\n2024-03-02,7,3\n2024-03-02 00:10,8,4\n", {"7": {D1: 1, D2: 3}, "8": {"2024-03-01T00:10": 2, "2024-03-02T00:10": 4}}),
    Good("ids that part rows of one time", "time,id,a\n2024-03-01,1,1\n2024-03-01,2,2\n2024-03-02,1,3\n2024-03-02,2,4\n", {"1": {D1: 1, D2: 3}, "2": {D1: 2, D2: 4}}),
    Good("ids of steps are readings", "time,Step ID,a\n2024-03-01,1,5\n2024-03-02,1,6\n2024-03-03,2,7\n", {"Step ID": {D1: 1, D2: 1, D3: 2}, "a": {D1: 5, D2: 6, D3: 7}}),
    Good("a state that changes with a double time is no sensor", "time,a,State\n2024-03-01,1,R\n2024-03-02,2,R\n2024-03-03,3,R\n2024-03-04,4,D\n", {"a": {D1: 1, D2: 2, D3: 3, "2024-03-04": 4}}, skipped=("State",)),
]  # fmt: skip
SENSOR_BAD = [
    Bad("another station behind the first lines", "time,station,a\n" + "".join(f"2024-03-01 00:00:00.{n:06},x,1\n" for n in range(4000)) + "2024-03-02,y,2\n", 4002, 2, "station is 'y' from here on, and was 'x': channel station", setting="channel"),
    Bad("another number of a device", "time,device_id,a\n" + "".join(f"2024-03-01 00:00:00.{n:06},7,1\n" for n in range(4000)) + "2024-03-02,8,2\n", 4002, 2, "device_id is '8'", setting="channel"),
    Bad("another station behind a row that is left out", "time,station,a\n" + "".join(f"2024-03-01 00:00:00.{n:06},x,1\n" for n in range(4000)) + "2024-03-02,x\n\n2024-03-02,y,2\n", 4004, 2, "station is 'y'", ImportOptions(on_error="skip"), "channel"),
    Bad("another symbol", "date;symbol;a\n" + "".join(f"2024-03-01 00:00:00.{n:06};AA;1\n" for n in range(4000)) + "2024-03-02;BB;x\n", 4002, 2, "symbol is 'BB'", setting="channel"),
]  # fmt: skip

COUNT_GOOD = [
    Good("Excel's dates", "date,a\n45352.0,1\n45353.0,2\n", AB),
    Good("Excel's dates with hours", "Datum;a\n45352,0416666667;1\n45352,0833333333;2\n", {"a": {"2024-03-01T01:00:00.000003": 1, "2024-03-01T01:59:59.999997": 2}}),
    Good("Excel's dates as is given", "when,a\n45352.5,1\n", {"a": {"2024-03-01T12:00": 1}}, ImportOptions(time="when", time_format="excel")),
    Good("Excel's dates of a Mac", "when,a\n43890,1\n43891,2\n", AB, ImportOptions(time="when", time_format="excel-1904")),
    Good("Excel's dates in a zone", "date,a\n45352.5,1\n", {"a": {"2024-03-01T11:00": 1}}, ImportOptions(timezone="+01:00")),
    Good("days since a start", "t,a\n0,1\n1.5,2\n", {"a": {"2024-05-01": 1, "2024-05-02T12:00": 2}}, ImportOptions(time="t", time_format="elapsed-d", start=START)),
    Good("decimal times are exact", "time [s],a\n0.1,1\n0.3,2\n1.0000005,3\n", {"a": {"2024-05-01T00:00:00.1": 1, "2024-05-01T00:00:00.3": 2, "2024-05-01T00:00:01": 3}}, ImportOptions(start=START)),
    Good("fractions are rounded", "time,a\n2024-03-01 00:00:00.0000006,1\n2024-03-01 00:00:00.9999999,2\n", {"a": {"2024-03-01T00:00:00.000001": 1, "2024-03-01T00:00:01": 2}}),
    Good("column 1 is the first", "2,1,a\n5,2024-03-01,1\n6,2024-03-02,2\n", {"2": {D1: 5, D2: 6}, "a": {D1: 1, D2: 2}}, ImportOptions(time="2")),
    Good("Julian dates", "JD,a\n2460370.5,1\n2460371.5,2\n", AB),
    Good("modified Julian dates", "MJD,a\n60370,1\n60371.0,2\n", AB),
    Good("MATLAB's dates are a clock's", "datenum,a\n739312,1\n", {"a": {"2024-02-29T23:00": 1}}, ImportOptions(timezone="+01:00")),
    Good("Julian dates as is given", "t,a\n2460370.5,1\n2460371.5,2\n", AB, ImportOptions(time="t", time_format="jd")),
    Good("decimal years", "decimal year,a\n2023.0,1\n2024.5,2\n", {"a": {"2023-01-01": 1, "2024-07-02": 2}}),
    Good("hours in ten digits", "MESS_DATUM;a\n2024030101;1\n2024030102;2\n", {"a": {H1: 1, H2: 2}}),
]  # fmt: skip
COUNT_BAD = [
    Bad("days under a name of times", "time,a\n45352.1,1\n45352.2,2\n", 1, 1, "'45352.1' may be days .* time_format excel makes 2024-03-01 02:24:00 of the first", setting="time_format"),
    Bad("days under a name of times, with a start", "time,a\n45352.1,1\n", 1, 1, "time_format excel", ImportOptions(start=START), "time_format"),
    Bad("nanoseconds", "time (s),a\n0,1\n2E-9,2\n4E-9,3\n", 1, 1, "samples 2 ns apart: times are kept to the microsecond"),
    Bad("half nanoseconds of a sequence", "X,CH1,Start,Increment,\nSequence,Volt,-3e-07,5e-10\n0,1,\n1,2,\n", 1, 1, "0.5 ns apart"),
    Bad("an interval of nanoseconds", "1\n2\n3\n", 0, 0, "20 ns apart", ImportOptions(interval="20 ns", header="none", start=START)),
    Bad("days of the year under Julian's name", "JD,a\n61.5,1\n62.5,2\n", 1, 1, "counted from a start", setting="start"),
    Bad("a year alone for daily rows", "year,doy1,a\n2024,1,1\n2024,2,2\n2024,3,3\n2024,4,4\n2024,5,4\n", 2, 1, "4 of the first 5 rows have the time of another row: time", ImportOptions(time="year"), "time"),
    Bad("a year that is given for days", "Year,Month,Day,a\n2024,1,1,1\n2024,1,2,2\n2024,1,3,3\n2024,1,4,4\n2024,1,5,4\n", 2, 1, "time 'Year Month Day' may make up the time", ImportOptions(time="Year"), "time"),
    Bad("a date that repeats", "date,step,a\n2024-03-01,1,1\n2024-03-01,2,2\n2024-03-01,3,3\n2024-03-01,4,3\n2024-03-01,5,3\n", 2, 1, "have the time of another row", setting="time"),
]  # fmt: skip

UNIT_GOOD = [
    Good("units in a column behind each", "time,State,Aux #1, Units,Aux #2, Units\n2024-03-01,5,1, C  ,3, C  \n2024-03-02,6,2, C  ,4, C  \n", {"State": {D1: 5, D2: 6}, "Aux #1 [C]": {D1: 1, D2: 2}, "Aux #2 [C]": {D1: 3, D2: 4}}, skipped=("Units", "Units 2")),
    Good("HOBO", '"Date Time, GMT-04:00","Temp, °C (LGR S/N: 123, SEN S/N: 456)","RH, % (LGR S/N: 123)"\n2024-02-29 20:00,1,50\n', {"Temp [°C]": {D1: 1}, "RH [%]": {D1: 50}}),
    Good("quantities on a plane", "time,G(h),Gb(i),T2m\n2024-03-01,1,2,3\n", {"G(h)": {D1: 1}, "Gb(i)": {D1: 2}, "T2m": {D1: 3}}),
    Good("brackets without a blank", "time,Voltage(V),I(mA)\n2024-03-01,1,2\n", {"Voltage [V]": {D1: 1}, "I [mA]": {D1: 2}}),
    Good("a unit in words", "time,Usage(Real energy in kilowatt-hours)\n2024-03-01,1\n", {"Usage [kilowatt-hours]": {D1: 1}}),
    Good("units behind a slash", "time,Ewe/V,I/mA,DCIR/Ohms,a/b\n2024-03-01,1,2,3,4\n", {"Ewe [V]": {D1: 1}, "I [mA]": {D1: 2}, "DCIR [Ohms]": {D1: 3}, "a/b": {D1: 4}}),
    Good("a line of formats", "site_no\tdatetime\ta\n15s\t20d\t14n\n7\t2024-03-01\t1\n7\t2024-03-02\t2\n", AB, ImportOptions(skip=("site_no",)), ("site_no",)),
    Good("a column of units", "time,Aux #1, Units,b\n2024-03-01,1, C ,2\n", {"Aux #1 [C]": {D1: 1}, "b": {D1: 2}}, skipped=("Units",)),
    Good("units in the preamble", "LEVEL\nUNIT: kPa\nTEMPERATURE\nUNIT: °C\nDate,Time,ms,LEVEL,TEMPERATURE\n2024/03/01,00:00:00,0,1,2\n2024/03/01,00:00:00,500,3,4\n", {"LEVEL [kPa]": {D1: 1, "2024-03-01T00:00:00.5": 3}, "TEMPERATURE [°C]": {D1: 2, "2024-03-01T00:00:00.5": 4}}),
    Good("a pattern in the row of units", ";SN: 1;SN: 2\ndd.MM.yyyy HH:mm;kWh;kW\n01.03.2024 00:00;1,5;---\n02.03.2024 00:00;2,5;3\n", {"SN: 1 [kWh]": {D1: 1.5, D2: 2.5}, "SN: 2 [kW]": {D2: 3}}),
]  # fmt: skip

PARTS_GOOD = [
    Good("HHMM under the name of its zone", "n,Year,DOY,MST,a\n0,2024,61,0,1\n0,2024,61,59,2\n0,2024,61,100,3\n", {"n": {"2024-03-01T07:00": 0, "2024-03-01T07:59": 0, "2024-03-01T08:00": 0}, "a": {"2024-03-01T07:00": 1, "2024-03-01T07:59": 2, "2024-03-01T08:00": 3}}, ImportOptions(timezone="-07:00")),
    Good("year to minute", "Year,Month,Day,Hour,Minute,a\n2024,3,1,0,0,1\n2024,3,1,0,30,2\n", {"a": {D1: 1, "2024-03-01T00:30": 2}}),
    Good("in another order, with seconds", "ss,hh,a,DD,MM,YYYY,mm\n5,6,1,1,3,2024,7\n", {"a": {"2024-03-01T06:00:05": 1}, "mm": {"2024-03-01T06:00:05": 7}}, ImportOptions(time="YYYY MM DD hh ss", time_format="%Y %m %d %H %S")),
    Good("year and day of the year", "year,doy,a\n2024,61,1\n2024,62,2\n", AB),
    Good("year, day of the year and HHMM", "year,jday,hhmm,a\n2024,61,100,1\n2024,61,0200,2\n", {"a": {H1: 1, H2: 2}}),
    Good("no year", "Month,Day,Hour,a\n3,1,1,1\n3,1,2,2\n", {"a": {H1: 1, H2: 2}}, ImportOptions(year=2024)),
    Good("day of the year and hour", "note,DOY,HR,a\nx,61,1,1\n,61,2,2\n", {"a": {H1: 1, H2: 2}}, ImportOptions(year=2024), ("note",)),
    Good("named in one option", "y,m,d,a\n2024,3,1,1\n2024,3,2,2\n", AB, ImportOptions(time="y m d", time_format="%Y %m %d")),
    Good("numbered in one option", "2024,61,3,1,0,0,1\n2024,61,3,1,1,0,2\n2024,61,3,1,2,0,3\n", {"column 2": {D1: 61, H1: 61, H2: 61}, "column 7": {D1: 1, H1: 2, H2: 3}}, ImportOptions(header="none", time="1 3 4 5 6", time_format="%Y %m %d %H %M")),
    Good("hours from 1 to 24", "Year,Month,Day,Hour,a\n2024,2,29,24,1\n2024,3,1,1,2\n", {"a": {D1: 1, H1: 2}}),
    Good("hours that close and minutes of 60", "Year,Month,Day,Hour,Minute,a\n2024,2,29,24,60,1\n2024,3,1,1,60,2\n", {"a": {D1: 1, H1: 2}}),
    Good("a date and an hour", "YYYYMMDD,HH,a\n20240301,1,1\n20240301,2,2\n", {"a": {H1: 1, H2: 2}}),
    Good("names of months", "Year,Month,Day,a\n2024,Mar,1,1\n2024,Mar,2,2\n", AB),
    Good("date and HHMM without names", "20240301 0100 1\n20240301 0200 2\n", {"column 3": {H1: 1, H2: 2}}, ImportOptions(header="none")),
]  # fmt: skip
PARTS_BAD = [
    Bad("no year", "Month,Day,a\n3,1,1\n3,2,2\n", 1, 1, "a month and no year: year YYYY", setting="year"),
    Bad("columns without names", "2024,61,3,1,0,0,1.5\n2024,61,3,1,1,0,2.5\n2024,61,3,1,2,0,3.5\n", 0, 0, "time '1 3 4 5 6' time_format '%Y %m %d %H %M'", ImportOptions(header="none"), "time"),
    Bad("columns without a format", "2024,61,3,1,0,0,1.5\n2024,61,3,1,1,0,2.5\n2024,61,3,1,2,0,3.5\n", 1, 1, "time_format '%Y %m %d %H %M'", ImportOptions(header="none", time="1 3 4 5 6"), "time_format"),
    Bad("a day that is none", "Year,Month,Day,a\n2024,2,29,1\n2024,2,30,2\n", 3, 3, "'2024 2 30' is not year, month, day", setting="on_error"),
    Bad("a minute that is none", "Year,Month,Day,Hour,Minute,a\n2024,3,1,0,5,1\n2024,3,1,0,61,2\n", 3, 5, "is not year", setting="on_error"),
]  # fmt: skip

FORM_GOOD = [
    Good("thousands by commas", 'time,a\n2024-03-01,"1,000.5"\n2024-03-02,"12,345,678"\n2024-03-03,7\n', {"a": {D1: 1000.5, D2: 12345678, D3: 7}}, ImportOptions(thousands=",")),
    Good("thousands by points", "time;a\n2024-03-01;1.000,5\n2024-03-02;-12.345\n2024-03-03;7,25\n", {"a": {D1: 1000.5, D2: -12345, D3: 7.25}}, ImportOptions(thousands=".")),
    Good("thousands by apostrophes", "time;a\n2024-03-01;1’000.5\n2024-03-02;12'345\n", {"a": {D1: 1000.5, D2: 12345}}, ImportOptions(thousands="'")),
    Good("thousands by blanks, in a long file", "time;channel;value\n2024-03-01;a;1\u202f000,5\n2024-03-02;a;12 345\n", {"a": {D1: 1000.5, D2: 12345}}, ImportOptions(thousands="space")),
    Good("thousandths behind a colon", "Time,a\n2024-03-01 01:00:00:500,1\n2024-03-01 02:00:00:250,2\n", {"a": {"2024-03-01T01:00:00.5": 1, "2024-03-01T02:00:00.25": 2}}),
    Good("24:00", "Date,Time,a\n02/29/2024,24:00,1\n03/01/2024,01:00,2\n", {"a": {D1: 1, H1: 2}}),
    Good("24:00 in a pattern", "t,a\n29.02.24 24:00,1\n01.03.24 01:00,2\n", {"a": {D1: 1, H1: 2}}, ImportOptions(time="t", time_format="%d.%m.%y %H:%M")),
    Good("the order in the header", "Date (MM/DD/YYYY),Time (HH:MM),a\n03/01/2024,00:00,1\n03/02/2024,00:00,2\n", AB),
    Good("YYYYMMDD:HHMM", "time,a\n20240301:0100,1\n20240301:0200,2\n", {"a": {H1: 1, H2: 2}}),
    Good("several blanks", "time,a\n2024-03-01  01:00,1\n2024-03-01   02:00,2\n", {"a": {H1: 1, H2: 2}}),
    Good("two digits that agree", "time,a\n02/29/24 12:00:00 AM,0\n03/01/24 01:00:00 AM,1\n", {"a": {"2024-02-29": 0, H1: 1}}),
    Good("two digits as is given", "time,a\n01.03.24,1\n02.03.24,2\n", AB, ImportOptions(date_order="dmy")),
    Good("two digits, the year first", "time,a\n24/03/01,1\n24/03/02,2\n", AB, ImportOptions(date_order="ymd")),
    Good("intervals of ISO times", "period;a\n2024-03-01T00:00:00.0/2024-03-01T01:00:00.0;1\n2024-03-01T01:00:00.0/2024-03-01T02:00:00.0;2\n", {"a": {D1: 1, H1: 2}}),
    Good("intervals with to", 'period,a\n"2024-03-01 00:00:00 to 2024-03-01 01:00:00",1\n"2024-03-01 01:00:00 to 2024-03-01 02:00:00",2\n', {"a": {D1: 1, H1: 2}}),
    Good("intervals with a dash", "period;a\n01.03.2024 00:00 - 01.03.2024 01:00;1\n01.03.2024 01:00 - 01.03.2024 02:00;2\n", {"a": {D1: 1, H1: 2}}),
    Good("start and end columns", "TIMESTAMP_START,TIMESTAMP_END,a\n202403010000,202403010100,1\n202403010100,202403010200,2\n", {"a": {D1: 1, H1: 2}}, skipped=("TIMESTAMP_END",)),
    Good("ISO weeks", "week,a\n2024-W09,1\n2024-W10,2\n", {"a": {"2024-02-26": 1, "2024-03-04": 2}}),
]  # fmt: skip
_DAYS = "".join(
    f"0{d}/11/2024 {h:02}:{m:02}:{s},1\n"
    for d in (1, 2)
    for h in range(24)
    for m in range(60)
    for s in ("00", "30")
)
FORM_GOOD += [
    Good("the order of day and month that a date behind the first lines shows", f"time,a\n{_DAYS}13/11/2024 00:00:00,2\n", {"a": {**{f"2024-11-0{d}T{h:02}:{m:02}:{s}": 1 for d in (1, 2) for h in range(24) for m in range(60) for s in ("00", "30")}, "2024-11-13": 2}}),
]  # fmt: skip
FORM_BAD = [
    Bad("thousands by commas", 'time,a\n2024-03-01,1\n2024-03-02,"1,000.5"\n', 3, 2, "'1,000.5' may have ',' between its thousands: thousands \",\" reads", setting="thousands"),
    Bad("thousands by points", "time;a\n2024-03-01;1,5\n2024-03-02;1.000,5\n", 3, 2, "thousands \".\" reads", setting="thousands"),
    Bad("groups of two", "time;a\n2024-03-01;1.000\n2024-03-02;12.34.567\n", 3, 2, "unreadable", ImportOptions(thousands="."), "on_error"),
    Bad("a separator that is known nowhere", "time,a\n2024/03/01-01:00:00,1\n", 1, 1, "time_format '%Y/%m/%d-%H:%M:%S' may be", setting="time_format"),
    Bad("points in a clock", "time,a\n2024-03-01 01.00.00.5,1\n", 1, 1, "time_format '%Y-%m-%d %H.%M.%S.%f' may be", setting="time_format"),
    Bad("cells with units", "time,a\n2024-03-01,1 %\n2024-03-02,2 %\n", 2, 2, "no column of numbers beside the time column: a holds '1 %'"),
    Bad("a footer", "time,a\n2024-03-01,1\nmade by hand,1\n", 3, 1, "on_error skip leaves out", setting="on_error"),
    Bad("dates of two ways in a large file", f"time,a\n{_DAYS}", 2, 1, "two ways: say date_order dmy", setting="date_order"),
    Bad("two digits that can be read in two ways", "time,a\n01/02/24,1\n", 2, 1, "3 ways: say date_order dmy, which makes it 2024-02-01.*mdy.*ymd, which makes it 2001-02-24", setting="date_order"),
    Bad("24:30", "time,a\n2024-03-01 23:00,1\n2024-03-01 24:30,2\n", 3, 1, "24:30", setting="on_error"),
    Bad("a form with a pattern", "time,a\n2024-03-01_01:00:00,1\n", 1, 1, "time_format '%Y-%m-%d_%H:%M:%S'", setting="time_format"),
]  # fmt: skip

TABLE_GOOD = [
    Good("a row of sums", "Month,Day,a\n3,1,1\n3,2,2\nTotals, ,3\n", AB, ImportOptions(year=2024)),
    Good("rows of sums and blank lines", "time;a\n2024-03-01;1\n2024-03-02;2\nAverage:;1.5\nMax;2\n;\n\n", AB),
    Good("dates in the preamble", "Header;LOG;\ndate;01.01.2016;\nstarted;02.01.2016 10:00;\nnumber;7;\nDatum;a;b\n01.03.2024;1;0\n02.03.2024;2;0\n", {**AB, "b": {D1: 0, D2: 0}}),
    Good("a preamble as wide as the table", "PV,,\nLat (deg N):,39.73,\nLosses:,14,\n,,\nMonth,Day,a\n3,1,1\n3,2,2\n3,3,3\n", {"a": {D1: 1, D2: 2, D3: 3}}, ImportOptions(year=2024)),
    Good("a footer", "time,a\n2024-03-01,1\n2024-03-02,2\n\na: the length (m)\nPVGIS, 2024\n", AB),
    Good("a footer of empty fields", "time;a\n2024-03-01;1\n2024-03-02;2\n;\n;\n", AB),
    Good("comments that a header names and rows lack", "time\ta\tComment\n2024-03-01\t1\n2024-03-02\t2\n", AB),
    Good("a comment and a serial number in the first row alone", "n,Time,Celsius(°C),Serial Number\n1,2024-03-01,22.5,1000\n2,2024-03-02,22.0\n3,2024-03-03,21.0\n", {"n": {D1: 1, D2: 2, D3: 3}, "Celsius [°C]": {D1: 22.5, D2: 22, D3: 21}, "Serial Number": {D1: 1000}}),
    Good("names in two comments", "#YY  MM DD hh mm WDIR\n#yr  mo dy hr mn degT\n2024 03 01 01 00 120\n2024 03 01 02 00 130\n", {"WDIR": {H1: 120, H2: 130}}),
    Good("an oscilloscope's row of units", "x-axis,1,2\nsecond,Volt,Volt\n0.0,1,5\n0.5,2,6\n", {"1 [Volt]": {"2024-05-01": 1, "2024-05-01T00:00:00.5": 2}, "2 [Volt]": {"2024-05-01": 5, "2024-05-01T00:00:00.5": 6}}, ImportOptions(start=START)),
    Good("names in comments", "* File\n# name 0 = timeS: Time, Elapsed [seconds]\n# name 1 = a: Pressure [db]\n# start_time = May 1 2024 00:00:00\n*END*\n      0.0     1.0\n      1.5     2.0\n      3.0     2.5\n", {"a [db]": {"2024-05-01": 1, "2024-05-01T00:00:01.5": 2, "2024-05-01T00:00:03": 2.5}}, ImportOptions(start=START)),
    Good("a start and an increment", "X,CH1,Start,Increment,\nSequence,Volt,-1e-03,2e-03\n0,1,\n1,2,\n", {"CH1 [Volt]": {"2024-04-30T23:59:59.999": 1, "2024-05-01T00:00:00.001": 2}}, ImportOptions(start=START)),
    Good("values only", "1\n2\n3\n", {"column 1": {"2024-05-01": 1, "2024-05-01T00:00:00.001": 2, "2024-05-01T00:00:00.002": 3}}, ImportOptions(header="none", start=START, interval="1ms")),
    Good("values of two channels", "a,b\n1,5\n2,6\n", {"a": {"2024-05-01": 1, "2024-05-01T00:15": 2}, "b": {"2024-05-01": 5, "2024-05-01T00:15": 6}}, ImportOptions(start=START, interval="15 min")),
    Good("two tables, the first", "time,a\n2024-03-01,1\n2024-03-02,2\n\nwhen,b\n2024-03-01,7\n2024-03-02,8\n", AB),
    Good("two tables, the second", "time,a\n2024-03-01,1\n2024-03-02,2\n\nwhen,b\n2024-03-01,7\n2024-03-02,8\n", {"b": {D1: 7, D2: 8}}, ImportOptions(table=2)),
    Good("a header that comes again", "time,a\n2024-03-01,1\n\ntime,a\n2024-03-02,2\n", AB),
    Good("InfluxDB's annotations", "#group,false,false,false,false,true\n#datatype,string,long,dateTime:RFC3339,double,string\n#default,_result,,,,\n,result,table,_time,_value,_field\n,,0,2024-03-01T00:00:00Z,1,a\n,,0,2024-03-02T00:00:00Z,2,a\n\n#group,false,false,false,false,true\n#datatype,string,long,dateTime:RFC3339,double,string\n#default,_result,,,,\n,result,table,_time,_value,_field\n,,1,2024-03-01T00:00:00Z,7,b\n", {**AB, "b": {D1: 7}}, skipped=("result", "table")),
    Good("LabVIEW", "LabVIEW Measurement\t\nDate\t2024/05/01\nTime\t00:00:00,5\n***End_of_Header***\t\n\t\nChannels\t2\t\t\t\nSamples\t2\t\t2\t\nDate\t2024/05/01\t\t2024/05/01\t\nY_Unit_Label\tg\t\tV\t\nDelta_X\t0.5\t\t0.5\t\n***End_of_Header***\t\t\t\t\nX_Value\ta\tX_Value\tb\tComment\n0.0\t1\t0.0\t5\n0.5\t2\t0.5\t6\n", {"a [g]": {"2024-05-01": 1, "2024-05-01T00:00:00.5": 2}, "b [V]": {"2024-05-01": 5, "2024-05-01T00:00:00.5": 6}}, ImportOptions(start=START), ("X_Value",)),
]  # fmt: skip
TABLE_BAD = [
    Bad("rows that go on behind a sum", "time,a\n2024-03-01,1\n2024-03-02,2\nTotal,3\n2024-03-03,1\nTotal,1\n", 4, 1, "time 'Total' is not", setting="on_error"),
    Bad("more fields than names", "Date,Average,Trend\n2024-03-01,1,0.1,2,0.2\n2024-03-02,1,0.1,2,0.2\n", 1, 0, "has 3 fields, and the rows have 5: .* header none", setting="header"),
    Bad("no names below a line of another width", "Station\n1,2,x,y\n2024,1,1,0,5\n2024,1,1,1,5\n2024,1,1,2,6\n", 2, 0, "header none", setting="header"),
    Bad("one column of numbers", "1\n2\n3\n", 1, 0, "one column of numbers, and no times: interval 1ms .* start TIME", setting="interval"),
    Bad("a start that the header says", "start_time = May 1 2024 00:00:05\nelapsed (s),a\n0,1\n1,2\n", 2, 1, "start '2024-05-01 00:00:05' is what", setting="start"),
    Bad("a table that is not there", "time,a\n2024-03-01,1\n", 2, 0, "the file has 1 table", ImportOptions(table=2), "table"),
    Bad("rows that go on behind a faulty one", "time,a\n2024-03-01,1\n\nx2024,1\n2024-03-02,2\n", 4, 0, "rows go on in line 5", setting="on_error"),
    Bad("other times in a second column", "X_Value\ta\tX_Value\tb\n0\t1\t0\t5\n1\t2\t2\t6\n", 1, 3, "other times than column 1: skip 3", ImportOptions(start=START), "skip"),
]  # fmt: skip

CHANGING_GOOD = [
    Good("a unit that changes is left out by its column", "time,value,unit\n2024-03-01,1,C\n2024-03-02,2,F\n", {"value": {D1: 1, D2: 2}}, ImportOptions(skip=("unit",), layout="wide"), ("unit",)),
    Good("a unit that changes makes channels", "time,value,unit\n2024-03-01,1,C\n2024-03-02,2,F\n", {"C": {D1: 1}, "F": {D2: 2}}, ImportOptions(channel="unit", value="value"), ()),
    Good("a unit that some rows lack", "time,value,unit\n2024-03-01,1,C\n2024-03-02,2,\n", {"value [C]": {D1: 1, D2: 2}}, skipped=("unit",)),
    Good("units of a long file change with its channels", "time,channel,value,unit\n2024-03-01,a,1,C\n2024-03-02,a,2,F\n", {"a [C]": {D1: 1}, "a [F]": {D2: 2}}),
]  # fmt: skip
_ROWS = "".join(f"2024-03-01 00:00:00.{n:06},1,C\n" for n in range(4000))
CHANGING_BAD = [
    Bad("two units in the first rows", "time,value,unit\n2024-03-01,1,C\n2024-03-02,2,F\n", 3, 3, "unit is 'F', and was 'C': channel unit makes channels of each, skip unit", setting="channel"),
    Bad("another unit behind the first lines", f"time,value,unit\n{_ROWS}2024-03-02,2,F\n", 4002, 3, "unit is 'F' from here on, and was 'C': channel unit", setting="channel"),
    Bad("a unit behind rows without", "time,value,unit\n" + _ROWS.replace("C", "") + "2024-03-02,2,F\n", 4002, 3, "unit is 'F' from here on, and was empty", setting="channel"),
    Bad("another unit of the second of two channels", "time,a,Units,b,Units\n" + "".join(f"2024-03-01 00:00:00.{n:06},1,V,2,A\n" for n in range(4000)) + "2024-03-02,1,V,2,mA\n", 4002, 5, "Units 2 is 'mA' from here on, and was 'A': channel 'Units 2'", setting="channel"),
    Bad("another unit in a row of a faulty field", f"time,value,unit\n{_ROWS}2024-03-02,x,F\n", 4002, 3, "unit is 'F' from here on", setting="channel"),
]  # fmt: skip
TITLE_GOOD = [
    Good("a channel called as the times are", "time,time,a\n2024-03-01,1,2\n", {"time": {D1: 1}, "a": {D1: 2}}),
    Good("two columns of one title", "time,Voltage (V),Voltage (V)\n2024-03-01,1,2\n", {"Voltage [V]": {D1: 1}, "Voltage 2 [V]": {D1: 2}}),
    Good("three of one title, and a number that is taken", "time,a,a 2,a,a\n2024-03-01,1,2,3,4\n", {"a": {D1: 1}, "a 2": {D1: 2}, "a 3": {D1: 3}, "a 4": {D1: 4}}),
    Good("one title with two units is two channels", "time,T,T\n,°C,°F\n2024-03-01,1,2\n", {"T [°C]": {D1: 1}, "T [°F]": {D1: 2}}),
    Good("the units of one title in a row", "time,T,T\n,°C,°C\n2024-03-01,1,2\n", {"T [°C]": {D1: 1}, "T 2 [°C]": {D1: 2}}),
    Good("the second of one title is left out by its number", "time,a (V),a (V)\n2024-03-01,1,2\n", {"a [V]": {D1: 1}}, ImportOptions(skip=("a (V) 2",)), ("a (V) 2",)),
    Good("the first of one title is left out, and the second keeps its number", "time,a (V),a (V)\n2024-03-01,1,2\n", {"a 2 [V]": {D1: 2}}, ImportOptions(skip=("a (V)",)), ("a (V)",)),
    Good("two columns of values of one title in a long file", "time,sensor,v,v\n2024-03-01,x,1,2\n2024-03-01,y,3,4\n", {"x v": {D1: 1}, "x v 2": {D1: 2}, "y v": {D1: 3}, "y v 2": {D1: 4}}, ImportOptions(channel="sensor")),
]  # fmt: skip

ONLY_GOOD = [
    Good("one channel of two", "time,a,b\n2024-03-01,1,x\n2024-03-02,2,3\n", AB, ImportOptions(only=("a",)), ("b",)),
    Good("two of three, by title and number", "time,a (V),b,c\n2024-03-01,1,2,3\n", {"a [V]": {D1: 1}, "c": {D1: 3}}, ImportOptions(only=("a (V)", "4")), ("b",)),
    Good("the second of one title", "time,a,a\n2024-03-01,1,2\n", {"a 2": {D1: 2}}, ImportOptions(only=("A 2",)), ("a",)),
    Good("beside columns that are left out", "time,X_Value,a,b\n2024-03-01,0,1,5\n", {"a": {D1: 1}}, ImportOptions(only=("a",), skip=("b",)), ("X_Value", "b")),
    Good("channels of a long file", "time,channel,value\n2024-03-01,a,1\n2024-03-01,b,?\n2024-03-02,a,2\n2024-03-02,c,5\n", AB, ImportOptions(only=("a",)), ("b", "c")),
    Good("a channel of a long file with its unit", "time,channel,value,unit\n2024-03-01,a,1,V\n2024-03-01,a,3,A\n", {"a [V]": {D1: 1}}, ImportOptions(only=("a [V]",)), ("a [A]",)),
    Good("faults of other columns stop nothing", "time,a,b\n2024-03-01,1,1\n2024-03-02,2,1x\n", AB, ImportOptions(only=("a",)), ("b",)),
]  # fmt: skip
ONLY_BAD = [
    Bad("a name that is none", "time,a,b\n2024-03-01,1,2\n", 1, 0, "no column is 'c': the columns are time, a, b", ImportOptions(only=("c",)), "only"),
    Bad("a channel of a long file that is none", "time,channel,value\n2024-03-01,a,1\n2024-03-01,b,2\n", 0, 2, "no channel is 'c': the channels are a, b", ImportOptions(only=("a", "c")), "only"),
    Bad("a missing value of a channel that is none in a long file", "time,channel,value\n2024-03-01,a,1\n", 0, 2, "no channel is 'c': the channels are a", ImportOptions(missing=("c=-999",)), "missing"),
    Bad("a column of text", "time,a,note\n2024-03-01,1,wet\n", 1, 3, "note is no channel", ImportOptions(only=("note",)), "only"),
    Bad("the column of times", "time,a\n2024-03-01,1\n", 1, 1, "time is no channel", ImportOptions(only=("time",)), "only"),
    Bad("both chosen and left out", "time,a,b\n2024-03-01,1,2\n", 1, 2, "a is both chosen and left out", ImportOptions(only=("a",), skip=("2",)), "only"),
]  # fmt: skip

KINDS_GOOD = [
    *CHANGING_GOOD,
    *ONLY_GOOD,
    *TITLE_GOOD,
    *MISSING_GOOD,
    *ZONE_GOOD,
    *SENSOR_GOOD,
    *COUNT_GOOD,
    *UNIT_GOOD,
    *PARTS_GOOD,
    *FORM_GOOD,
    *TABLE_GOOD,
]
KINDS_BAD = [
    *CHANGING_BAD,
    *ONLY_BAD,
    *MISSING_BAD,
    *ZONE_BAD,
    *SENSOR_BAD,
    *COUNT_BAD,
    *PARTS_BAD,
    *FORM_BAD,
    *TABLE_BAD,
]
