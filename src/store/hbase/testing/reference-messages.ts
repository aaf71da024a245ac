/**
 * The messages of HBase as definitions for a general protobuf library: what the hand-written ones
 * are tested against, and what the scripted servers speak. For tests only.
 */
import protobuf from 'protobufjs'

const DEFINITIONS = `
syntax = "proto2";
message ServerName { required string host_name = 1; optional uint32 port = 2; optional uint64 start_code = 3; }
message TableName { required bytes namespace = 1; required bytes qualifier = 2; }
message BytesBytesPair { required bytes first = 1; required bytes second = 2; }
message NameBytesPair { required string name = 1; optional bytes value = 2; }
message RegionInfo {
  required uint64 region_id = 1; required TableName table_name = 2; optional bytes start_key = 3;
  optional bytes end_key = 4; optional bool offline = 5; optional bool split = 6; optional int32 replica_id = 7;
}
message RegionSpecifier { required uint32 type = 1; required bytes value = 2; }
message RegionLocation { required RegionInfo region_info = 1; optional ServerName server_name = 2; required int64 seq_num = 3; }
message MetaRegionServer { required ServerName server = 1; optional uint32 rpc_version = 2; optional uint32 state = 3; }
message Master { required ServerName master = 1; optional uint32 rpc_version = 2; optional uint32 info_port = 3; }
message TableState { required uint32 state = 1; }
message GetMetaRegionLocationsResponse { repeated RegionLocation meta_locations = 1; }
message GetActiveMasterResponse { optional ServerName server_name = 1; }

message UserInformation { required string effective_user = 1; optional string real_user = 2; }
message VersionInfo {
  required string version = 1; required string url = 2; required string revision = 3; required string user = 4;
  required string date = 5; required string src_checksum = 6; optional uint32 version_major = 7; optional uint32 version_minor = 8;
}
message ConnectionHeader {
  optional UserInformation user_info = 1; optional string service_name = 2; optional string cell_block_codec_class = 3;
  optional string cell_block_compressor_class = 4; optional VersionInfo version_info = 5;
}
message CellBlockMeta { optional uint32 length = 1; }
message ExceptionResponse {
  optional string exception_class_name = 1; optional string stack_trace = 2; optional string hostname = 3;
  optional int32 port = 4; optional bool do_not_retry = 5; optional bool server_overloaded = 6;
}
message RequestHeader {
  optional uint32 call_id = 1; optional string method_name = 3; optional bool request_param = 4;
  optional CellBlockMeta cell_block_meta = 5; optional uint32 priority = 6; optional uint32 timeout = 7;
}
message ResponseHeader { optional uint32 call_id = 1; optional ExceptionResponse exception = 2; optional CellBlockMeta cell_block_meta = 3; }

message Column { required bytes family = 1; repeated bytes qualifier = 2; }
message TimeRange { optional uint64 from = 1; optional uint64 to = 2; }
message Filter { required string name = 1; optional bytes serialized_filter = 2; }
message Comparator { required string name = 1; optional bytes serialized_comparator = 2; }
message ByteArrayComparable { optional bytes value = 1; }
message BinaryComparator { required ByteArrayComparable comparable = 1; }
message SubstringComparator { required string substr = 1; }
message CompareFilter { required uint32 compare_op = 1; optional Comparator comparator = 2; }
message RowFilter { required CompareFilter compare_filter = 1; }
message KeyOnlyFilter { required bool len_as_val = 1; }
message FirstKeyOnlyFilter { }
message SingleColumnValueFilter {
  optional bytes column_family = 1; optional bytes column_qualifier = 2; required uint32 compare_op = 3;
  required Comparator comparator = 4; optional bool filter_if_missing = 5; optional bool latest_version_only = 6;
}
message RowRange { optional bytes start_row = 1; optional bool start_row_inclusive = 2; optional bytes stop_row = 3; optional bool stop_row_inclusive = 4; }
message MultiRowRangeFilter { repeated RowRange row_range_list = 1; }
message FilterList { required uint32 operator = 1; repeated Filter filters = 2; }
message Scan {
  repeated Column column = 1; optional bytes start_row = 3; optional bytes stop_row = 4; optional Filter filter = 5;
  optional TimeRange time_range = 6; optional uint32 max_versions = 7 [default = 1]; optional bool cache_blocks = 8 [default = true];
  optional uint32 batch_size = 9; optional uint64 max_result_size = 10; optional bool load_column_families_on_demand = 13;
  optional bool reversed = 15 [default = false];
  optional bool include_start_row = 21 [default = true]; optional bool include_stop_row = 22 [default = false]; optional uint32 readType = 23;
}
message ScanRequest {
  optional RegionSpecifier region = 1; optional Scan scan = 2; optional uint64 scanner_id = 3; optional uint32 number_of_rows = 4;
  optional bool close_scanner = 5; optional uint64 next_call_seq = 6; optional bool client_handles_partials = 7;
  optional bool client_handles_heartbeats = 8; optional bool renew = 10; optional uint32 limit_of_rows = 11;
}
message ScanResponse {
  repeated uint32 cells_per_result = 1; optional uint64 scanner_id = 2; optional bool more_results = 3; optional uint32 ttl = 4;
  repeated Result results = 5; repeated bool partial_flag_per_result = 7; optional bool more_results_in_region = 8;
  optional bool heartbeat_message = 9;
}
message Cell { optional bytes row = 1; }
message Result { repeated Cell cell = 1; optional int32 associated_cell_count = 2; optional bool exists = 3; optional bool partial = 5; }
message Get {
  required bytes row = 1; repeated Column column = 2; optional Filter filter = 4; optional TimeRange time_range = 5;
  optional uint32 max_versions = 6 [default = 1]; optional bool cache_blocks = 7 [default = true];
}
message GetRequest { required RegionSpecifier region = 1; required Get get = 2; }
message GetResponse { optional Result result = 1; }
message MutationProto { optional bytes row = 1; optional uint32 mutate_type = 2; optional int32 associated_cell_count = 8; }
message Action { optional uint32 index = 1; optional MutationProto mutation = 2; optional Get get = 3; }
message RegionAction { required RegionSpecifier region = 1; optional bool atomic = 2; repeated Action action = 3; }
message MultiRequest { repeated RegionAction regionAction = 1; }
message ResultOrException { optional uint32 index = 1; optional Result result = 2; optional NameBytesPair exception = 3; }
message RegionActionResult { repeated ResultOrException resultOrException = 1; optional NameBytesPair exception = 2; }
message MultiResponse { repeated RegionActionResult regionActionResult = 1; optional bool processed = 2; }

message ColumnFamilySchema { required bytes name = 1; repeated BytesBytesPair attributes = 2; }
message TableSchema { optional TableName table_name = 1; repeated BytesBytesPair attributes = 2; repeated ColumnFamilySchema column_families = 3; }
message CreateTableRequest { required TableSchema table_schema = 1; repeated bytes split_keys = 2; }
message CreateTableResponse { optional uint64 proc_id = 1; }
message TableRequest { required TableName table_name = 1; }
message GetTableNamesRequest { optional string regex = 1; optional bool include_sys_tables = 2; }
message GetTableNamesResponse { repeated TableName table_names = 1; }
message GetTableDescriptorsRequest { repeated TableName table_names = 1; optional string regex = 2; optional bool include_sys_tables = 3; }
message GetTableDescriptorsResponse { repeated TableSchema table_schema = 1; }
message GetProcedureResultRequest { required uint64 proc_id = 1; }
message GenericExceptionMessage { optional string class_name = 1; optional string message = 2; }
message ForeignExceptionMessage { optional string source = 1; optional GenericExceptionMessage generic_exception = 2; }
message GetProcedureResultResponse { required uint32 state = 1; optional ForeignExceptionMessage exception = 5; }
`

const root = protobuf.parse(DEFINITIONS, { keepCase: true }).root

/** A message as plain values: bytes as Buffer, 64-bit numbers as text, absent fields absent. */
export type PlainMessage = Readonly<Record<string, unknown>>

/** Encodes plain values with the general library. */
export function encodeReference(type: string, values: PlainMessage): Buffer {
  const definition = root.lookupType(type)
  return Buffer.from(definition.encode(definition.fromObject(values)).finish())
}

/** Decodes with the general library; throws when the bytes are not such a message. */
export function decodeReference<T extends object = PlainMessage>(
  type: string,
  bytes: Uint8Array,
): T {
  const definition = root.lookupType(type)
  const message = definition.decode(bytes)
  return definition.toObject(message, { longs: String, bytes: Buffer, arrays: true }) as T
}
