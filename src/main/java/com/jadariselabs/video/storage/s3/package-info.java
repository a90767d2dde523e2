/**
 * Media in a bucket of a service that speaks S3: Amazon's own, MinIO, R2, Ceph and their like.
 * Single PUTs with length and Content-MD5, which all of them check; pre-signed GETs.
 */
@NullMarked
package com.jadariselabs.video.storage.s3;

import org.jspecify.annotations.NullMarked;
