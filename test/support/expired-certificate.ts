import { createPrivateKey } from "node:crypto";

/** A self-signed certificate for localhost that was valid for one day in 2020, with its key: worth nothing to anybody. */
export const expiredCertificate = {
  cert: `-----BEGIN CERTIFICATE-----
MIIBEDCBtgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwHhcN
MjAwMTAxMDAwMDAwWhcNMjAwMTAyMDAwMDAwWjAUMRIwEAYDVQQDDAlsb2NhbGhv
c3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARcjizn7csCSG7K7tzMGPi1NIBg
sRqlT9ZoIZA8lV2IbZetHrB3hZywbZz62Q70NZ0eEEbYjXB/AqHkSCrNKyuVMAoG
CCqGSM49BAMCA0kAMEYCIQCQGhIyh70wK8vbArlmTTFoPQmM/tqi4orXjLVPuEY9
hwIhAOuu/JHhW8XOOwSjcI/KHl7/iV3mEqnN0un/oMyhjooI
-----END CERTIFICATE-----`,
  key: createPrivateKey({
    key: Buffer.from(
      "MHcCAQEEIMAcM5PvCBRdzt0XwJ9UnP2F7tNrxuYV/M0YB5wpbpHioAoGCCqGSM49AwEHoUQDQgAEXI4s5+3LAkhuyu7czBj4tTSAYLEapU/WaCGQPJVdiG2XrR6wd4WcsG2c+tkO9DWdHhBG2I1wfwKh5EgqzSsrlQ==",
      "base64",
    ),
    format: "der",
    type: "sec1",
  }).export({ format: "pem", type: "sec1" }),
};
