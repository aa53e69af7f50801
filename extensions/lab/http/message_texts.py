# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts of messages: the Base registry entries the rack uses (DSP8011) and vendors' own."""

from __future__ import annotations

# MessageId (last part) -> text, severity, resolution
BASE: dict[str, tuple[str, str, str]] = {
    "Success": ("The request completed successfully.", "OK", "None"),
    "Created": ("The resource was created successfully.", "OK", "None"),
    "GeneralError": (
        "A general error has occurred.  See Resolution for information on how to resolve the error.",
        "Critical",
        "None.",
    ),
    "OperationTransitionedToJob": (
        "The operation transitioned to a job at URI '%1'.",
        "OK",
        "Follow the referenced job and monitor the job for completion.",
    ),
    "InternalError": (
        "The request failed due to an internal service error.  The service is still operational.",
        "Critical",
        "Resubmit the request.  If the problem persists, consider resetting the service.",
    ),
    "MalformedJSON": (
        "The request body submitted was malformed JSON and could not be parsed by the receiving service.",
        "Critical",
        "Ensure that the request body is valid JSON and resubmit the request.",
    ),
    "EmptyJSON": (
        "The request body submitted contained an empty JSON object and the service is unable to process it.",
        "Warning",
        "Add properties in the JSON object and resubmit the request.",
    ),
    "NoOperation": (
        "The request body submitted contain no data to act upon and no changes to the resource took place.",
        "Warning",
        "Add properties in the JSON object and resubmit the request.",
    ),
    "PropertyUnknown": (
        "The property %1 is not in the list of valid properties for the resource.",
        "Warning",
        "Remove the unknown property from the request body and resubmit the request if the operation failed.",
    ),
    "PropertyNotWritable": (
        "The property %1 is a read only property and cannot be assigned a value.",
        "Warning",
        "Remove the property from the request body and resubmit the request if the operation failed.",
    ),
    "PropertyMissing": (
        "The property %1 is a required property and must be included in the request.",
        "Warning",
        "Ensure that the property is in the request body and has a valid value and resubmit the request.",
    ),
    "PropertyValueTypeError": (
        "The value '%1' for the property %2 is of a different type than the property can accept.",
        "Warning",
        "Correct the value for the property in the request body and resubmit the request if the operation failed.",
    ),
    "PropertyValueNotInList": (
        "The value '%1' for the property %2 is not in the list of acceptable values.",
        "Warning",
        "Choose a value from the enumeration list that the implementation can support and resubmit the request.",
    ),
    "PropertyValueFormatError": (
        "The value '%1' for the property %2 is of a different format than the property can accept.",
        "Warning",
        "Correct the value for the property in the request body and resubmit the request if the operation failed.",
    ),
    "PropertyValueIncorrect": (
        "The property '%1' with the requested value of '%2' could not be written because the value does not meet "
        "the constraints of the implementation.",
        "Warning",
        "None.",
    ),
    "PropertyValueOutOfRange": (
        "The value '%1' for the property %2 is not in the supported range of acceptable values.",
        "Warning",
        "Correct the value for the property in the request body and resubmit the request if the operation failed.",
    ),
    "PropertyValueConflict": (
        "The property '%1' could not be written because its value would conflict with the value of the '%2' property.",
        "Warning",
        "No resolution is required.",
    ),
    "ActionNotSupported": (
        "The action %1 is not supported by the resource.",
        "Critical",
        "The action supplied cannot be resubmitted to the implementation.",
    ),
    "ActionParameterMissing": (
        "The action %1 requires that the parameter %2 be present in the request body.",
        "Critical",
        "Supply the action with the required parameter in the request body when the request is resubmitted.",
    ),
    "ActionParameterUnknown": (
        "The action %1 was submitted with the invalid parameter %2.",
        "Warning",
        "Correct the invalid parameter and resubmit the request if the operation failed.",
    ),
    "ActionParameterNotSupported": (
        "The parameter %1 for the action %2 is not supported on the target resource.",
        "Warning",
        "Remove the parameter supplied and resubmit the request if the operation failed.",
    ),
    "ActionParameterValueNotInList": (
        "The value '%1' for the parameter %2 in the action %3 is not in the list of acceptable values.",
        "Warning",
        "Choose a value from the enumeration list that the implementation can support and resubmit the request.",
    ),
    "ActionParameterValueTypeError": (
        "The value '%1' for the parameter %2 in the action %3 is of a different type than the parameter can accept.",
        "Warning",
        "Correct the value for the parameter in the request body and resubmit the request if the operation failed.",
    ),
    "ActionParameterValueFormatError": (
        "The value '%1' for the parameter %2 in the action %3 is of a different format than the parameter can accept.",
        "Warning",
        "Correct the value for the parameter in the request body and resubmit the request if the operation failed.",
    ),
    "ActionParameterValueConflict": (
        "The parameter '%1' with the requested value of '%2' does not meet the constraints of the implementation.",
        "Warning",
        "None.",
    ),
    "InvalidURI": (
        "The URI %1 was not found.",
        "Critical",
        "Provide a valid URI and resubmit the request.",
    ),
    "ResourceNotFound": (
        "The requested resource of type %1 named '%2' was not found.",
        "Critical",
        "Provide a valid resource identifier and resubmit the request.",
    ),
    "ResourceMissingAtURI": (
        "The resource at the URI %1 was not found.",
        "Critical",
        "Place a valid resource at the URI or correct the URI and resubmit the request.",
    ),
    "ResourceAlreadyExists": (
        "The requested resource of type %1 with the property %2 with the value '%3' already exists.",
        "Critical",
        "Do not repeat the create operation as the resource has already been created.",
    ),
    "ResourceInUse": (
        "The change to the requested resource failed because the resource is in use or in transition.",
        "Warning",
        "Remove the condition and resubmit the request if the operation failed.",
    ),
    "ResourceCannotBeDeleted": (
        "The delete request failed because the resource requested cannot be deleted.",
        "Critical",
        "Do not attempt to delete a non-deletable resource.",
    ),
    "OperationNotAllowed": (
        "The HTTP method is not allowed on this resource.",
        "Critical",
        "None.",
    ),
    "CreateLimitReachedForResource": (
        "The create operation failed because the resource has reached the limit of possible resources.",
        "Critical",
        "Either delete resources and resubmit the request if the operation failed or do not resubmit the request.",
    ),
    "PreconditionFailed": (
        "The ETag supplied did not match the ETag required to change this resource.",
        "Critical",
        "Try the operation again using the appropriate ETag.",
    ),
    "PreconditionRequired": (
        "A precondition header or annotation is required to change this resource.",
        "Critical",
        "Try the operation again using an If-Match or If-None-Match header and appropriate ETag.",
    ),
    "HeaderInvalid": (
        "Header '%1' is invalid.",
        "Critical",
        "Resubmit the request with a valid request header.",
    ),
    "QueryNotSupported": (
        "Querying is not supported by the implementation.",
        "Warning",
        "Remove the query parameters and resubmit the request if the operation failed.",
    ),
    "QueryNotSupportedOnResource": (
        "Querying is not supported on the requested resource.",
        "Warning",
        "Remove the query parameters and resubmit the request if the operation failed.",
    ),
    "QueryParameterValueTypeError": (
        "The value '%1' for the query parameter %2 is of a different type than the parameter can accept.",
        "Warning",
        "Correct the value for the query parameter in the request and resubmit the request if the operation failed.",
    ),
    "QueryParameterOutOfRange": (
        "The value '%1' for the query parameter %2 is out of range %3.",
        "Warning",
        "Reduce the value for the query parameter to a value that is within range.",
    ),
    "NoValidSession": (
        "There is no valid session established with the implementation.",
        "Critical",
        "Establish a session before attempting any operations.",
    ),
    "ResourceAtUriUnauthorized": (
        "While accessing the resource at %1, the service received an authorization error %2.",
        "Critical",
        "Ensure that the appropriate access is provided for the service in order for it to access the URI.",
    ),
    "InsufficientPrivilege": (
        "There are insufficient privileges for the account or credentials associated with the current session to "
        "perform the requested operation.",
        "Critical",
        "Either abandon the operation or change the associated access rights and resubmit the request.",
    ),
    "PasswordChangeRequired": (
        "The password provided for this account must be changed before access is granted.  PATCH the Password "
        "property for this account located at the target URI '%1' to complete this process.",
        "Critical",
        "Change the password for this account using a PATCH to the Password property at the URI provided.",
    ),
    "SessionLimitExceeded": (
        "The session establishment failed due to the number of simultaneous sessions exceeding the limit of the "
        "implementation.",
        "Critical",
        "Reduce the number of other sessions before trying to establish the session.",
    ),
    "ServiceTemporarilyUnavailable": (
        "The service is temporarily unavailable.  Retry in %1 seconds.",
        "Critical",
        "Wait for the indicated retry duration and retry the operation.",
    ),
    "ServiceInUnknownState": (
        "The operation failed because the service is in an unknown state and can no longer take incoming requests.",
        "Critical",
        "Restart the service and resubmit the request if the operation failed.",
    ),
    "ResetRequired": (
        "In order to complete the operation, a component reset is required with the Reset action URI '%1' and "
        "ResetType '%2'.",
        "Warning",
        "Perform the required Reset action on the specified component.",
    ),
    "InvalidObject": (
        "The object at '%1' is invalid.",
        "Critical",
        "Either the object is malformed or the URI is not correct.  Correct the condition and resubmit the request.",
    ),
    "StrictAccountTypes": ("The request was unable to set the account types.", "Warning", "None."),
    "UnableToModifyDuringSystemPOST": (
        "The value for property cannot be changed while the computer system BIOS is in POST.",
        "Warning",
        "After the computer system is either fully booted or powered off, retry the operation.",
    ),
    "InvalidOperationForSystemState": (
        "The operation was not successful due to the current power state (for example, attempting to turn the power "
        "off when it is already off).",
        "Warning",
        "Verify that the system is in the correct power state, and then retry the operation.",
    ),
    "SystemResetRequired": (
        "The property change was successful, but the change will not take effect until the next system reset.",
        "Warning",
        "Reset system for the settings to take effect.",
    ),
    "FirmwareFlashAlreadyInProgress": (
        "Cannot start the update: a firmware update or an upload is already in progress.",
        "Warning",
        "Wait for the current update to complete, and then retry the operation.",
    ),
    "OemFirmwareAlreadyInUpdateMode": (
        "The firmware is already in update mode.",
        "Warning",
        "Wait for the update to finish or reset the manager.",
    ),
    "LicenseKeyRequired": (
        "A license key is required to use this operation or feature.",
        "Warning",
        "Install a license key to use this feature.",
    ),
    "Expired": (
        "A license has expired and its functionality has been disabled.",
        "Warning",
        "See vendor specific instructions for specific actions.",
    ),
    "OemLicenseNotPassed": (
        "Not licensed to perform this request.  The following licenses SFT-DCMS-SINGLE or SFT-OOB-LIC were needed.",
        "Warning",
        "Please activate the required license.",
    ),
    "SYS413": ("The operation is successfully completed.", "OK", "No response action is required."),
    "SYS428": (
        "Pending configuration values are already committed, unable to perform another set operation.",
        "Warning",
        "Wait for the scheduled job to complete or delete the configuration jobs before attempting more of them.",
    ),
    "SYS403": ("Unable to complete the operation because the resource %1 entered in not found.", "Critical", "None."),
    "SYS409": (
        "Unable to complete the operation because the value %1 entered for the property %2 is invalid.",
        "Warning",
        "Enter a valid value and retry the operation.",
    ),
    "SYS405": (
        "The HTTP method is not allowed on this resource.",
        "Informational",
        "Retry the operation using correct HTTP method.",
    ),
    "PSU501": (
        "The requested power operation cannot be performed because the server is already in that state.",
        "Warning",
        "Check the power state of the server and retry the operation.",
    ),
    "SUP029": (
        "The specified firmware version is already current.",
        "Warning",
        "Choose another version of the firmware.",
    ),
    "RAC0218": (
        "The maximum number of user sessions is reached.",
        "Warning",
        "Close some sessions and retry the operation.",
    ),
    "RAC0679": (
        "A job operation is already running. Retry the operation after the existing job is completed.",
        "Warning",
        "Wait until the running job is completed and retry the operation.",
    ),
    "SYS518": (
        "iDRAC is not ready. The configuration values cannot be accessed. Please retry after a few minutes.",
        "Warning",
        "Retry the operation after a few minutes.",
    ),
    "SWC0283": ("The specified object value is not valid.", "Warning", "Enter a valid value."),
    "RED014": (
        "Unable to perform the operation because the image cannot be used.",
        "Warning",
        "Check the image and retry the operation.",
    ),
    "AccessDenied": (
        "While attempting to establish a connection to '%1', the service was denied access.",
        "Critical",
        "Attempt to ensure that the URI is correct and that the service has the appropriate credentials.",
    ),
    "AccountModified": ("The account was successfully modified.", "OK", "No resolution is required."),
    "AccountRemoved": ("The account was successfully removed.", "OK", "No resolution is required."),
}
